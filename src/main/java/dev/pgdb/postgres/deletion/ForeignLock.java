package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.Query;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of another database that keeps ours from being changed or dropped: an open GRANT,
 * COMMENT or ALTER, or a CREATE DATABASE that copies it (docs/postgresql.md, "Foreign locks").
 *
 * @param pid the backend; null for a prepared transaction
 * @param gid the global identifier of a prepared transaction; null for a backend
 * @param virtualTransaction which transaction of the backend it is; unlike its start, it can be
 *     seen without pg_read_all_stats
 * @param database where it runs
 * @param query its last statement, which may hold a password: see {@link SqlCommand}
 * @param onRow whether it has changed the database's row: then nothing of the database can be
 *     altered; else it only can be neither renamed nor dropped
 * @param signallable whether the admin may end it, in its own role or in one that it can SET
 */
public record ForeignLock(
    @Nullable Integer pid,
    @Nullable String gid,
    String virtualTransaction,
    @Nullable String role,
    @Nullable String database,
    @Nullable String query,
    @Nullable Instant since,
    boolean onRow,
    boolean signallable) {

  /**
   * Those that last. What ends within moments is only a reason to try again at once: to wait for it
   * would let anybody who changes the database in a loop hold us up for ever.
   *
   * <p>Nobody is told to end who may be at a DROP of the database: half-way it would leave a broken
   * one behind, and only of a transaction that is seen to be idle it is sure that it is at none.
   *
   * @param blockedBy virtual transactions that a change of ours was seen to wait for
   */
  static Query<ForeignLock> of(long oid, Set<String> blockedBy, ServerFacts server) {
    return new Query<>(
        Sql.of(
            """
                WITH holders AS (
                  SELECT l.pid, l.virtualtransaction, false AS on_row,
                         l.mode = 'AccessExclusiveLock' AS as_for_drop
                  FROM pg_locks l
                  WHERE l.locktype = 'object' AND l.classid = 'pg_database'::regclass
                    AND l.objid = %L AND l.granted AND l.mode <> 'RowExclusiveLock'
                  UNION ALL
                  SELECT l.pid, l.virtualtransaction, true, false FROM pg_locks l
                  WHERE l.locktype IN ('virtualxid', 'transactionid') AND l.granted
                    AND l.virtualtransaction = ANY (%L::text[])
                    AND NOT EXISTS ( -- one that is starting, or about to, in the database itself
                      SELECT FROM pg_locks s
                      WHERE s.pid = l.pid AND s.locktype = 'object'
                        AND s.classid = 'pg_database'::regclass AND s.objid = %L
                        AND s.mode = 'RowExclusiveLock'))
                SELECT h.pid, p.gid, h.virtualtransaction, coalesce(a.usename, p.owner),
                       coalesce(a.datname, p.database),
                       nullif(a.query, '<insufficient privilege>'), coalesce(a.xact_start, p.prepared), bool_or(h.on_row),
                       coalesce(bool_or(%s), false)
                         AND bool_and(NOT h.as_for_drop OR coalesce(a.state LIKE 'idle in transaction%%', false))
                FROM holders h
                LEFT JOIN %s a ON a.pid = h.pid
                LEFT JOIN pg_locks t ON h.pid IS NULL AND t.locktype = 'transactionid'
                  AND t.virtualtransaction = h.virtualtransaction
                LEFT JOIN pg_prepared_xacts p ON p.transaction = t.transactionid
                WHERE a.datid IS DISTINCT FROM %L AND h.pid IS DISTINCT FROM pg_backend_pid()
                  AND NOT EXISTS (
                    SELECT FROM pg_database o WHERE o.oid = %L AND o.datname = p.database)
                  AND coalesce(a.xact_start, p.prepared, '-infinity')
                    < clock_timestamp() - interval '500 milliseconds'
                GROUP BY 1, 2, 3, 4, 5, 6, 7 ORDER BY 7
                """,
            oid,
            "{" + String.join(",", blockedBy) + "}",
            oid,
            Backend.endable(server),
            Backend.activity(server),
            oid,
            oid),
        ForeignLock::read);
  }

  /**
   * Asks whether a transaction seems to have changed the database's row. It may have nothing to do
   * with it: what stands in xmax can also be the number of a group of transactions that shared a
   * lock on the row, long ago (docs/postgresql.md, "Foreign locks"). So nobody is waited for or
   * ended because of it; a change is tried, and who blocks it is asked for.
   */
  static Query<Boolean> perhapsOnRow(long oid) {
    return new Query<>(
        Sql.of(
            """
            SELECT count(*) > 0 FROM pg_locks l JOIN pg_database d ON l.transactionid = d.xmax
            WHERE d.oid = %L AND l.locktype = 'transactionid' AND l.granted
              AND l.pid IS DISTINCT FROM pg_backend_pid()
            """,
            oid),
        row -> row.getBoolean(1));
  }

  /** Asks whether it still is what was prepared under its global identifier. */
  Query<Boolean> isStillPrepared() {
    return new Query<>(
        Sql.of(
            """
            SELECT true FROM pg_prepared_xacts p JOIN pg_locks t ON t.transactionid = p.transaction
            WHERE p.gid = %L AND t.locktype = 'transactionid' AND t.virtualtransaction = %L
            """,
            requireNonNull(gid), virtualTransaction),
        row -> row.getBoolean(1));
  }

  /** Whether it was prepared, and so is nobody's session: what it has done is lost when it ends. */
  boolean isPrepared() {
    return gid != null;
  }

  /** Whether it is worth trying to end it. */
  boolean canBeEnded() {
    return gid != null || signallable;
  }

  /** Ends the backend, in our own role or in one that may. */
  void terminate(AdminSession session) throws SQLException {
    for (String other : Arrays.asList(null, role, "pg_signal_backend")) {
      try {
        if (other != null) {
          session.execute(Sql.of("SET ROLE %I", other));
        }
        session.query(terminate(), row -> row.getBoolean(1));
        return;
      } catch (SQLException e) {
        if (!SqlState.INSUFFICIENT_PRIVILEGE.is(e)) {
          throw e;
        }
      } finally {
        session.execute(Sql.of("RESET ROLE"));
      }
    }
  }

  /**
   * Ends the backend, if it still is in the same transaction: its pid may have become another's.
   */
  Sql terminate() {
    return Sql.of(
        "SELECT pg_terminate_backend(%L) WHERE EXISTS (SELECT FROM pg_locks"
            + " WHERE pid = %L AND virtualtransaction = %L AND granted)",
        requireNonNull(pid), pid, virtualTransaction);
  }

  private static ForeignLock read(ResultSet row) throws SQLException {
    OffsetDateTime since = row.getObject(7, OffsetDateTime.class);
    return new ForeignLock(
        row.getObject(1, Integer.class),
        row.getString(2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getString(6),
        since == null ? null : since.toInstant(),
        row.getBoolean(8),
        row.getBoolean(9));
  }
}
