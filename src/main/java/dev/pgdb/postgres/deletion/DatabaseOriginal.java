package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.Sql;
import org.jspecify.annotations.Nullable;

/**
 * What a deletion changes of a database, as it was before.
 *
 * @param acl the text form of its access privileges; null means the default
 */
public record DatabaseOriginal(
    String name,
    @Nullable String acl,
    boolean allowConnections,
    int connectionLimit,
    boolean template) {

  /** Gives back what no privilege is, to a database that has its name. */
  public Sql options() {
    return Sql.of(
        "ALTER DATABASE %I WITH ALLOW_CONNECTIONS %L IS_TEMPLATE %L CONNECTION LIMIT %L",
        name, allowConnections, template, connectionLimit);
  }

  /** Takes it down before anything is touched. */
  public static DatabaseOriginal of(DatabaseRow row) {
    return new DatabaseOriginal(
        row.name(), row.acl(), row.allowConnections(), row.connectionLimit(), row.template());
  }
}
