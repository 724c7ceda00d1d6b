package dev.pgdb.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A row of pg_database. See <a
 * href="https://www.postgresql.org/docs/current/catalog-pg-database.html">pg_database</a>.
 *
 * @param oid what it is, whatever it is called
 * @param connectionLimit -1: none; -2: invalid, a DROP of it was interrupted
 * @param acl the text form of its access privileges; null means the default
 */
public record DatabaseRow(
    long oid,
    String name,
    String owner,
    boolean allowConnections,
    boolean template,
    int connectionLimit,
    @Nullable String acl,
    @Nullable String comment) {

  private static final int INVALID = -2;

  /** The columns that {@link #read} expects first, of pg_database as {@code d}. */
  public static final Sql COLUMNS =
      Sql.of(
          "d.oid, d.datname, pg_get_userbyid(d.datdba), d.datallowconn, d.datistemplate,"
              + " d.datconnlimit, d.datacl::text, shobj_description(d.oid, 'pg_database')");

  /** Reads the {@link #COLUMNS}, which must be the first ones. */
  public static DatabaseRow read(ResultSet row) throws SQLException {
    return new DatabaseRow(
        row.getLong(1),
        row.getString(2),
        row.getString(3),
        row.getBoolean(4),
        row.getBoolean(5),
        row.getInt(6),
        row.getString(7),
        row.getString(8));
  }

  /** The database with this OID. */
  public static Optional<DatabaseRow> byOid(AdminSession session, long oid) throws SQLException {
    return session.queryOne(byOid(oid));
  }

  /** Asks for the database with this OID. */
  static Query<DatabaseRow> byOid(long oid) {
    return new Query<>(
        Sql.of("SELECT %s FROM pg_database d WHERE d.oid = %L", COLUMNS, oid), DatabaseRow::read);
  }

  /** The database with this name. */
  public static Optional<DatabaseRow> byName(AdminSession session, String name)
      throws SQLException {
    return session.queryOne(byName(name));
  }

  /** Asks for the database with this name. */
  static Query<DatabaseRow> byName(String name) {
    return new Query<>(
        Sql.of("SELECT %s FROM pg_database d WHERE d.datname = %L", COLUMNS, name),
        DatabaseRow::read);
  }

  /**
   * Asks for the databases that may bear this claim, or were about to get it when their creation
   * was cut off.
   */
  static Query<DatabaseRow> byClaim(Claim claim) {
    return new Query<>(
        Sql.of(
            "SELECT %s FROM pg_database d WHERE d.datname = %L"
                + " OR position(%L IN shobj_description(d.oid, 'pg_database')) > 0",
            COLUMNS, DatabaseName.whileCreated(claim), claim.uid()),
        DatabaseRow::read);
  }

  /** Whether it bears the claim, or was about to get it. */
  boolean isMeantBy(Claim claim) {
    return isClaimedBy(claim) || name.equals(DatabaseName.whileCreated(claim));
  }

  /** The claim in its comment. */
  public Optional<Claim> claim() {
    return Claim.in(comment);
  }

  /** Whether this very claim is in its comment, whatever its holder is called there. */
  public boolean isClaimedBy(Claim claim) {
    return claim().filter(found -> found.uid().equals(claim.uid())).isPresent();
  }

  /** Whether it is somebody else's: another claim is in its comment. */
  public boolean isClaimedByAnotherThan(Claim claim) {
    return claim().isPresent() && !isClaimedBy(claim);
  }

  /**
   * Whether a DROP of it was interrupted. Nothing but another DROP is possible: an ALTER DATABASE
   * would end our session (docs/postgresql.md, "Interrupted DROP").
   */
  public boolean invalid() {
    return connectionLimit == INVALID;
  }

  /** Whether it already has the name under which it will be dropped. */
  public boolean buried() {
    return name.equals(DatabaseName.whenDropped(oid));
  }
}
