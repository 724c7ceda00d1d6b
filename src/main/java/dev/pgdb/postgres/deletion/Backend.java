package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.Query;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A process that keeps the database from being dropped. Autovacuum workers are asked for apart:
 * RENAME and DROP end them by themselves. See <a
 * href="https://www.postgresql.org/docs/current/monitoring-stats.html#MONITORING-PG-STAT-ACTIVITY-VIEW">pg_stat_activity</a>.
 *
 * @param type client backend, walsender, logical replication worker …; null before PostgreSQL 10
 *     and where the admin may not see it
 * @param state idle, active, idle in transaction …; "starting" for one that pg_stat_activity does
 *     not show yet
 * @param since when it came to that state
 * @param signallable whether the admin may end it in its own role
 * @param signallableAs the role to SET for ending it, where its own does not do
 */
public record Backend(
    int pid,
    @Nullable String role,
    @Nullable String application,
    @Nullable String client,
    @Nullable String type,
    @Nullable String state,
    @Nullable Instant since,
    boolean signallable,
    @Nullable String signallableAs) {

  /**
   * A client that has passed the check of ALLOW_CONNECTIONS but is still starting up holds a lock
   * on the database and no row in pg_stat_activity (docs/postgresql.md, "Starting backends").
   */
  private static final String HOLDS_THE_LOCK_OF_A_START =
      "l.locktype = 'object' AND l.classid = 'pg_database'::regclass AND l.objid = %L"
          + " AND l.mode = 'RowExclusiveLock' AND l.granted"
          + " AND l.pid IS NOT NULL AND l.pid <> pg_backend_pid()"
          + " AND NOT EXISTS (SELECT FROM pg_stat_get_activity(NULL) o"
          + " WHERE o.pid = l.pid AND o.datid IS NOT NULL)";

  /** Whether the admin may end the backend {@code a} of pg_stat_activity in its own role. */
  private static final Sql SIGNALLABLE =
      Sql.of(
          """
          ((SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
            OR coalesce((SELECT NOT r.rolsuper AND (pg_has_role(r.oid, 'USAGE')
                OR pg_has_role('pg_signal_backend', 'USAGE'))
              FROM pg_roles r WHERE r.oid = a.usesysid),
              a.usesysid IS NOT NULL AND pg_has_role('pg_signal_backend', 'USAGE')))
          """);

  /**
   * Before PostgreSQL 10 an autovacuum worker looks like a session of the first superuser to those
   * who may not see its query, and pg_signal_backend suffices to end it.
   */
  private static final Sql WHERE_IT_MAY_BE_AUTOVACUUM =
      Sql.of(
          "CASE WHEN a.usesysid = 10 AND pg_has_role('pg_signal_backend', 'MEMBER')"
              + " THEN 'pg_signal_backend'::name END");

  /** A role that may end it and that the admin can SET. */
  private static final String SIGNALLABLE_AS =
      """
      (SELECT CASE WHEN r.rolsuper OR a.usesysid IS NULL THEN NULL
                   WHEN pg_has_role(r.oid, %L) THEN r.rolname
                   WHEN pg_has_role('pg_signal_backend', %L) THEN 'pg_signal_backend' END
       FROM (SELECT) one LEFT JOIN pg_roles r ON r.oid = a.usesysid)
      """;

  /**
   * pg_stat_activity, with the sessions of roles that have been dropped: before PostgreSQL 10 the
   * view leaves them out.
   */
  static Sql activity(ServerFacts server) {
    return Sql.of(
        server.hasLogicalReplication()
            ? "pg_stat_activity"
            : "(SELECT s.*, d.datname, u.rolname AS usename FROM pg_stat_get_activity(NULL) s"
                + " JOIN pg_database d ON d.oid = s.datid"
                + " LEFT JOIN pg_roles u ON u.oid = s.usesysid)");
  }

  /** Whether the admin may end the backend {@code a} of pg_stat_activity in any way. */
  static Sql endable(ServerFacts server) {
    return Sql.of("(%s OR %s IS NOT NULL)", SIGNALLABLE, signallableAs(server));
  }

  private static Sql signallableAs(ServerFacts server) {
    return Sql.of(SIGNALLABLE_AS, server.setRolePrivilege(), server.setRolePrivilege());
  }

  /** Asks for all that hold up the database with this OID, but for the one that asks. */
  static Query<Backend> of(long oid, ServerFacts server) {
    return new Query<>(all(oid, server), Backend::read);
  }

  /**
   * Asks for the autovacuum workers in the database with this OID, as far as the admin can tell
   * them from sessions. Of theirs alone a row names no role, also to those who may see no more.
   */
  static Query<Backend> autovacuum(long oid, ServerFacts server) {
    return new Query<>(
        Sql.of(
            """
            SELECT a.pid, NULL, NULL, NULL, 'autovacuum worker', NULL, a.backend_start, false, NULL
            FROM %s a WHERE a.datid = %L AND %s
            """,
            activity(server),
            oid,
            Sql.of(
                server.hasLogicalReplication()
                    ? "a.usesysid IS NULL"
                    : "a.query LIKE 'autovacuum:%%'")),
        Backend::read);
  }

  /**
   * Tells all of them to end that may be told in the admin's own role, at once: under a storm, a
   * statement for each would be slower than the clients are. OFFSET 0 keeps the planner from
   * signalling before it knows whom.
   *
   * @param spared a backend of our own
   * @return asks for the pids of those who were told
   */
  static Query<Integer> terminateAll(long oid, ServerFacts server, @Nullable Integer spared) {
    return new Query<>(
        Sql.of(
            """
            SELECT pid FROM (
              SELECT pid, CASE WHEN signallable AND %s THEN pg_terminate_backend(pid) END AS told
              FROM (%s OFFSET 0) b WHERE pid <> %L OFFSET 0) t
            WHERE told
            """,
            Sql.of(server.superuser() ? "true" : "state IS DISTINCT FROM 'starting'"),
            all(oid, server),
            spared == null ? 0 : spared),
        row -> row.getInt(1));
  }

  private static Sql all(long oid, ServerFacts server) {
    boolean typed = server.hasLogicalReplication(); // backend_type came with it
    return Sql.of(
        """
        SELECT a.pid, a.usename, a.application_name, host(a.client_addr), %s, a.state,
               coalesce(a.state_change, a.backend_start), %s AS signallable, %s
        FROM %s a
        WHERE a.datid = %L AND a.pid <> pg_backend_pid() AND a.usesysid IS NOT NULL AND %s
        UNION ALL
        SELECT DISTINCT l.pid, NULL::name, NULL, NULL, NULL, 'starting', NULL::timestamptz,
               true, CASE WHEN pg_has_role('pg_signal_backend', %L) THEN 'pg_signal_backend' END
        FROM pg_locks l WHERE %s
        """,
        Sql.of(typed ? "a.backend_type" : "NULL::text"),
        SIGNALLABLE,
        typed
            ? signallableAs(server)
            : Sql.of("coalesce(%s, %s)", signallableAs(server), WHERE_IT_MAY_BE_AUTOVACUUM),
        activity(server),
        oid,
        Sql.of(
            typed
                ? "a.backend_type IS DISTINCT FROM 'autovacuum worker'"
                : "a.query NOT LIKE 'autovacuum:%%'"),
        server.setRolePrivilege(),
        Sql.of(HOLDS_THE_LOCK_OF_A_START, oid));
  }

  private static Backend read(ResultSet row) throws SQLException {
    OffsetDateTime since = row.getObject(7, OffsetDateTime.class);
    return new Backend(
        row.getInt(1),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        since == null ? null : since.toInstant(),
        row.getBoolean(8),
        row.getString(9));
  }

  /** Which one it is, for people. */
  String described() {
    return "the "
        + Objects.requireNonNullElse(type, "session")
        + " with pid "
        + pid
        + (role == null ? "" : " of role " + role)
        + (application == null || application.isEmpty() ? "" : " (" + application + ")")
        + (client == null ? "" : " from " + client);
  }

  /** Whether it is the other one; one that was starting is another once its role is known. */
  boolean isSameAs(Backend other) {
    return pid == other.pid && Objects.equals(role, other.role);
  }

  /** The same, known to be beyond the rights of the admin. */
  Backend thatCannotBeEnded() {
    return new Backend(pid, role, application, client, type, state, since, false, null);
  }

  /** Whether it was there at that time; nobody knows it of those whose start may not be seen. */
  boolean isOlderThan(Instant time) {
    return since == null || since.isBefore(time);
  }

  /** Whether it has not got as far as to be a session. */
  boolean isStarting() {
    return "starting".equals(state);
  }

  /** Whether the admin has any way to end it. */
  public boolean canBeEnded() {
    return signallable || signallableAs != null;
  }

  /**
   * Asks this backend to end, if it still is in the database: its pid may have become another's.
   *
   * @return whether the signal was sent, which does not mean that the backend obeys
   * @throws SQLException 42501 where the admin may not signal it; one refused backend must not
   *     spare the others, hence one statement for each
   */
  boolean terminate(AdminSession session, long oid) throws SQLException {
    if (signallable || signallableAs == null) {
      try {
        return signal(session, oid);
      } catch (SQLException e) {
        if (signallableAs == null || !SqlState.INSUFFICIENT_PRIVILEGE.is(e)) {
          throw e;
        }
      }
    }
    session.execute(Sql.of("SET ROLE %I", signallableAs));
    try {
      return signal(session, oid);
    } finally {
      session.execute(Sql.of("RESET ROLE"));
    }
  }

  private boolean signal(AdminSession session, long oid) throws SQLException {
    return session
        .queryOne(
            Sql.of(
                """
                SELECT pg_terminate_backend(%L)
                WHERE EXISTS (SELECT FROM pg_stat_get_activity(%L) WHERE datid = %L)
                   OR EXISTS (SELECT FROM pg_locks l WHERE l.pid = %L AND %s)
                """,
                pid, pid, oid, pid, Sql.of(HOLDS_THE_LOCK_OF_A_START, oid)),
            row -> row.getBoolean(1))
        .orElse(false);
  }
}
