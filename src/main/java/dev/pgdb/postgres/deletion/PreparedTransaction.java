package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Query;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that was prepared for two-phase commit in the database. It holds the database up
 * without any session, and can be ended only from inside (docs/postgresql.md, "Prepared
 * transactions"). See <a
 * href="https://www.postgresql.org/docs/current/view-pg-prepared-xacts.html">pg_prepared_xacts</a>.
 *
 * @param gid its global identifier
 * @param owner who prepared it; the first superuser where that role has been dropped since, for
 *     then only superusers may end it
 * @param actionable whether the admin can act as the owner
 */
public record PreparedTransaction(
    String gid, String owner, Instant preparedAt, boolean actionable) {

  static Query<PreparedTransaction> of(long oid, ServerFacts server) {
    return new Query<>(
        Sql.of(
            """
            SELECT p.gid, r.rolname, p.prepared, pg_has_role(r.oid, %L)
            FROM pg_prepared_xacts p
            JOIN pg_roles r ON r.rolname = p.owner OR (p.owner IS NULL AND r.oid = 10)
            JOIN pg_database d ON d.datname = p.database
            WHERE d.oid = %L ORDER BY p.prepared
            """,
            server.setRolePrivilege(), oid),
        row ->
            new PreparedTransaction(
                row.getString(1),
                row.getString(2),
                row.getObject(3, OffsetDateTime.class).toInstant(),
                row.getBoolean(4)));
  }

  /** The statements that end it, for a session inside the database. */
  List<Sql> rollBack(boolean superuser) {
    return rollBack(gid, owner, superuser);
  }

  /**
   * The same for any.
   *
   * @param superuser whether the admin needs no role but its own
   */
  static List<Sql> rollBack(String gid, @Nullable String owner, boolean superuser) {
    Sql rollBack = Sql.of("ROLLBACK PREPARED %L", gid);
    return superuser || owner == null // only a superuser may end it where its owner is gone
        ? List.of(rollBack)
        : List.of(Sql.of("SET ROLE %I", owner), rollBack, Sql.of("RESET ROLE"));
  }
}
