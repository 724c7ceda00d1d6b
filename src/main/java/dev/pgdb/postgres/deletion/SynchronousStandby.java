package dev.pgdb.postgres.deletion;

import java.time.Instant;

/**
 * A DROP has done its work and waits for a standby to confirm it, as every commit of the server
 * does (docs/postgresql.md, "Interrupted DROP"). See <a
 * href="https://www.postgresql.org/docs/current/warm-standby.html#SYNCHRONOUS-REPLICATION">Synchronous
 * Replication</a>.
 */
record SynchronousStandby(int dropPid, Instant since) implements Blocker {
  @Override
  public String subject() {
    return "pid " + dropPid;
  }

  @Override
  public String message() {
    return "DROP DATABASE (pid "
        + dropPid
        + ") has done its work and waits for a synchronous standby to confirm it";
  }

  @Override
  public String remedy() {
    return "Bring the standby back, or take it out of synchronous_standby_names and reload: SELECT"
        + " application_name, state FROM pg_stat_replication shows those that are there. The DROP"
        + " finishes by itself.";
  }
}
