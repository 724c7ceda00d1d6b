package dev.pgdb.postgres.deletion;

import java.time.Instant;

/** A session that was told to end and does not (docs/postgresql.md, "Deaf backends"). */
record DeafSession(Backend backend, Instant since) implements Blocker {
  @Override
  public String subject() {
    return "pid " + backend.pid();
  }

  @Override
  public String message() {
    return backend.described() + " was told to end at " + since + " and has not reacted";
  }

  @Override
  public String remedy() {
    return "On the host of the server, look at process "
        + backend.pid()
        + ": if it is stopped, kill -CONT "
        + backend.pid()
        + " lets it end; if it hangs in the kernel or in an extension, only a restart of the"
        + " server ends it. Never kill -9 it: that restarts the server for everybody.";
  }
}
