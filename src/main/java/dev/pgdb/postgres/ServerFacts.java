package dev.pgdb.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

/**
 * What a server is, and what the admin may do on it.
 *
 * @param version as people say it: {@code 18.6}
 * @param versionNumber server_version_num: 180006
 * @param systemIdentifier names the cluster, from initdb on; a restored copy keeps it, a new
 *     cluster has another
 * @param standby in recovery: it can neither create nor drop
 * @param maintenanceDatabase where the admin's sessions are
 * @param role the admin role
 */
public record ServerFacts(
    String version,
    int versionNumber,
    String systemIdentifier,
    boolean standby,
    String maintenanceDatabase,
    String role,
    boolean superuser,
    boolean createDatabase,
    boolean createRole,
    boolean signalBackends) {

  private static final String READ_ONLY =
      "the server is read-only (default_transaction_read_only is on in its configuration): nothing is"
          + " created or dropped there until it is off: ALTER SYSTEM SET default_transaction_read_only"
          + " = off; SELECT pg_reload_conf()";

  private static final Sql SQL =
      Sql.of(
          """
          SELECT current_setting('server_version'), current_setting('server_version_num')::int,
                 (SELECT system_identifier FROM pg_control_system()), pg_is_in_recovery(),
                 current_database(), current_user, rolsuper, rolsuper OR rolcreatedb, rolsuper OR rolcreaterole,
                 pg_has_role('pg_signal_backend', 'USAGE'),
                 NOT pg_is_in_recovery() AND current_setting('default_transaction_read_only')::boolean
          FROM pg_roles WHERE rolname = current_user
          """);

  /** What to ask the server; the answer is one row. */
  public static final Query<ServerFacts> QUERY = new Query<>(SQL, ServerFacts::of);

  private static ServerFacts of(ResultSet row) throws SQLException {
    if (row.getBoolean(11)) {
      throw new SQLException(READ_ONLY, SqlState.READ_ONLY_SQL_TRANSACTION.code());
    }
    return new ServerFacts(
        row.getString(1).split(" ", 2)[0],
        row.getInt(2),
        row.getString(3),
        row.getBoolean(4),
        row.getString(5),
        row.getString(6),
        row.getBoolean(7),
        row.getBoolean(8),
        row.getBoolean(9),
        row.getBoolean(10));
  }

  /**
   * Asks the server, in one round trip.
   *
   * @throws SQLException also where the whole server is read-only: whoever wants it so does not
   *     want databases to go
   */
  public static ServerFacts read(AdminSession session) throws SQLException {
    return in(session.queryAll(List.of(QUERY)));
  }

  /** Finds the answer to {@link #QUERY}. */
  public static ServerFacts in(Answers answers) throws SQLException {
    return answers
        .one(QUERY)
        .orElseThrow(() -> new SQLException("the admin role is not in pg_roles"));
  }

  /**
   * The privilege, for pg_has_role, of those who may SET ROLE: since PostgreSQL 16 a membership can
   * come without it.
   */
  public String setRolePrivilege() {
    return versionNumber >= 160000 ? "SET" : "MEMBER";
  }

  /** Whether a membership says what it is for: from PostgreSQL 16 on. */
  public boolean hasMembershipOptions() {
    return versionNumber >= 160000;
  }

  /** Whether a database says who provides its locale: from PostgreSQL 15 on. */
  public boolean hasLocaleProviders() {
    return versionNumber >= 150000;
  }

  /** Whether an ordinary role can own a subscription: from PostgreSQL 16 on. */
  public boolean hasSubscriptionsOfRoles() {
    return versionNumber >= 160000;
  }

  /** Whether subscriptions exist, and slots go with their database: from PostgreSQL 10 on. */
  public boolean hasLogicalReplication() {
    return versionNumber >= 100000;
  }

  /**
   * Whether a statement_timeout counts for what is sent together with it: from PostgreSQL 11 on.
   * Before, it counts for what is sent afterwards.
   */
  public boolean hasTimeoutsWithinABatch() {
    return versionNumber >= 110000;
  }

  /** Whether {@code DROP DATABASE … WITH (FORCE)} exists: from PostgreSQL 13 on. */
  public boolean hasForce() {
    return versionNumber >= 130000;
  }
}
