package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Sql;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** A session that the admin may not end. */
record ForbiddenSession(Backend backend, String admin) implements Blocker {
  @Override
  public String subject() {
    return "pid " + backend.pid();
  }

  @Override
  public @Nullable Instant since() {
    return backend.since();
  }

  @Override
  public String message() {
    return "role " + admin + " may not terminate " + backend.described();
  }

  @Override
  public String remedy() {
    return "As a superuser: SELECT pg_terminate_backend("
        + backend.pid()
        + "); If it is not a superuser's, "
        + Sql.of("GRANT pg_signal_backend TO %I", admin)
        + "; lets pgdb end it. The deletion goes on as soon as it has ended.";
  }
}
