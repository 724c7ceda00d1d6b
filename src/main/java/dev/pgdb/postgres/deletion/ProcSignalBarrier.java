package dev.pgdb.postgres.deletion;

import java.time.Instant;

/**
 * Some backend of the server, in whatever database, keeps every DROP DATABASE waiting
 * (docs/postgresql.md, "Deaf backends").
 */
record ProcSignalBarrier(int dropPid, Instant since) implements Blocker {
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
