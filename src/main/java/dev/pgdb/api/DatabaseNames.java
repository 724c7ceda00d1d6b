package dev.pgdb.api;

/**
 * The rules for the name of a database, which defaults to that of its resource.
 *
 * <p>Since the name cannot change, they hold when a resource is created: a rule that is added later
 * must not keep an old resource from being updated, and so from being deleted.
 */
final class DatabaseNames {
  static final String FIELD = ".spec.databaseName";

  private static final String NAME =
      "(has(self.spec.databaseName) ? self.spec.databaseName : self.metadata.name)";
  private static final String EXISTS = "oldSelf.hasValue() || ";

  static final String UNCHANGED =
      NAME
          + " == (has(oldSelf.spec.databaseName)"
          + " ? oldSelf.spec.databaseName : self.metadata.name)";
  static final String UNCHANGED_MESSAGE =
      "databaseName cannot change: create another PostgresDatabase instead";

  static final String DEFAULT_FITS =
      EXISTS + "has(self.spec.databaseName) || size(self.metadata.name) <= 63";
  static final String DEFAULT_FITS_MESSAGE =
      "metadata.name is longer than a database name can be:"
          + " set databaseName, to at most 63 bytes";

  static final String NOT_RESERVED =
      EXISTS
          + "!("
          + NAME
          + " in ['postgres', 'template0', 'template1', 'rdsadmin', 'cloudsqladmin',"
          + " 'azure_maintenance', 'azure_sys'])";
  static final String NOT_RESERVED_MESSAGE =
      "PostgreSQL or a managed service needs the database of this name: set databaseName to another"
          + " one than postgres, template0, template1, rdsadmin, cloudsqladmin, azure_maintenance"
          + " and azure_sys";

  static final String NOT_OURS =
      EXISTS
          + "!has(self.spec.databaseName)"
          + " || !(self.spec.databaseName.startsWith('pgdb_dropped_')"
          + " || self.spec.databaseName.startsWith('pgdb_creating_'))";
  static final String NOT_OURS_MESSAGE =
      "pgdb itself uses names that begin with pgdb_dropped_ or pgdb_creating_:"
          + " set databaseName to another one";

  static final String DEFAULT_OWNER =
      "has(self.spec.owner) || !("
          + NAME
          + ".startsWith('pg_') || "
          + NAME
          + " in ['public', 'none'])";
  static final String DEFAULT_OWNER_MESSAGE =
      "the owner's name defaults to that of the database, and PostgreSQL reserves the role names"
          + " public, none and those that begin with pg_: set owner";

  private DatabaseNames() {}
}
