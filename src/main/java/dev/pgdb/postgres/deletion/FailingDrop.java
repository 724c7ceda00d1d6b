package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Attempt.Failures;
import dev.pgdb.postgres.Sql;
import java.time.Instant;

/** The server refuses the DROP each time, for a reason that nothing else here knows of. */
record FailingDrop(String database, Failures failures) implements Blocker {
  @Override
  public String type() {
    return "DropFailed";
  }

  @Override
  public String subject() {
    return Sql.of("database %I", database).toString();
  }

  @Override
  public Instant since() {
    return failures.first();
  }

  @Override
  public String message() {
    return Sql.of("DROP DATABASE %I", database) + " fails each time: " + failures.last();
  }

  @Override
  public String remedy() {
    return "Take away what the server complains of. The DROP is sent again by itself, at least every"
        + " ten seconds.";
  }
}
