package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Query;
import dev.pgdb.postgres.Sql;
import java.time.Instant;
import java.time.OffsetDateTime;

/**
 * Some backend of the server, in whatever database, keeps every DROP DATABASE waiting
 * (docs/postgresql.md, "Deaf backends").
 */
record ProcSignalBarrier(int dropPid, Instant since) implements Blocker {

  /** Asks for the DROP of the server, whosever it is, that has waited for longest. */
  static final Query<ProcSignalBarrier> QUERY =
      new Query<>(
          Sql.of(
              """
              SELECT pid, query_start FROM pg_stat_activity
              WHERE state = 'active' AND wait_event = 'ProcSignalBarrier'
                AND query ~* '^\\s*drop\\s+database\\M'
                AND query_start < clock_timestamp() - interval '2 seconds'
              ORDER BY query_start LIMIT 1
              """),
          row ->
              new ProcSignalBarrier(
                  row.getInt(1), row.getObject(2, OffsetDateTime.class).toInstant()));

  @Override
  public String subject() {
    return "pid " + dropPid;
  }

  @Override
  public String message() {
    return "DROP DATABASE (pid "
        + dropPid
        + ") waits until every backend of the server has reacted to a signal, and one does not";
  }

  @Override
  public String remedy() {
    return "The server's log names it: \"still waiting for backend with PID … to accept"
        + " ProcSignalBarrier\". On the host of the server, kill -CONT lets it go on if it is"
        + " stopped; if it hangs, only a restart of the server ends it. Do not cancel the DROP:"
        + " it finishes by itself.";
  }
}
