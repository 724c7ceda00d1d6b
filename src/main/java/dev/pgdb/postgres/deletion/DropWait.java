package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Attempt;
import dev.pgdb.postgres.Query;
import dev.pgdb.postgres.Sql;
import java.time.OffsetDateTime;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a DROP that runs waits for.
 *
 * @param ours whether this process has sent it; what it has not may be left behind by another one,
 *     or be somebody else's
 * @param event wait_event of pg_stat_activity: ProcSignalBarrier where another backend of the
 *     server does not react (docs/postgresql.md, "Deaf backends"), SyncRep where a synchronous
 *     standby does not
 */
public record DropWait(Attempt attempt, @Nullable String event, boolean ours) {

  /**
   * Asks for the DROPs of the database, whoever sent them: a process of pgdb that was killed, or
   * has lost its connection, leaves a DROP behind that goes on, and to end any of them half-way
   * would leave a broken database.
   */
  static Query<DropWait> of(long oid) {
    return new Query<>(
        Sql.of(
            """
            SELECT pid, query_start, coalesce(wait_event, '') FROM pg_stat_activity a
            JOIN pg_database d ON d.oid = %L -- of the name, no part of a longer one
            WHERE state = 'active' AND pid <> pg_backend_pid()
              AND ((position('DROP DATABASE "' || replace(d.datname::text, '"', '""') || '"' IN query) = 1
                  AND position('DROP DATABASE "' || replace(d.datname::text, '"', '""') || '""' IN query) = 0)
                OR (query ~* '^\\s*drop\\s+database\\M' AND EXISTS (
                SELECT FROM pg_locks l WHERE l.pid = a.pid AND l.locktype = 'object'
                  AND l.classid = 'pg_database'::regclass AND l.objid = d.oid)))
            ORDER BY query_start
            """,
            oid),
        row ->
            new DropWait(
                new Attempt(row.getInt(1), row.getObject(2, OffsetDateTime.class).toInstant()),
                row.getString(3),
                false));
  }

  /**
   * The one that counts.
   *
   * @param attempt what this process knows of its own DROP
   * @param running what runs on the server
   */
  static @Nullable DropWait of(@Nullable Attempt attempt, List<DropWait> running) {
    if (attempt == null || !attempt.running()) {
      return running.stream()
          .findFirst()
          .orElse(attempt == null ? null : new DropWait(attempt, null, true));
    }
    return running.stream()
        .filter(drop -> drop.attempt().pid() == attempt.pid())
        .findFirst()
        .map(drop -> new DropWait(attempt, drop.event(), true))
        .orElse(new DropWait(attempt, "", true));
  }

  boolean onBarrier() {
    return "ProcSignalBarrier".equals(event);
  }

  boolean onStandby() {
    return "SyncRep".equals(event);
  }
}
