package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Sql;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transaction of another database that locks ours (docs/postgresql.md, "Foreign locks").
 *
 * @param wanted whether it is to be ended, yet is still there
 * @param anonymous whether those who are told may not know whose it is
 */
record ForeignTransaction(
    ForeignLock lock, String database, boolean wanted, AdminRole admin, boolean anonymous)
    implements Blocker {

  ForeignTransaction(ForeignLock lock, String database, boolean wanted, AdminRole admin) {
    this(lock, database, wanted, admin, false);
  }

  /** Without a word on whose it is and what it does. */
  ForeignTransaction withoutItsOwner() {
    return new ForeignTransaction(lock, database, wanted, admin, true);
  }

  @Override
  public String type() {
    return "ForeignLock";
  }

  @Override
  public String subject() {
    if (lock.pid() != null) {
      return "pid " + lock.pid();
    }
    return anonymous ? "a prepared transaction" : "prepared transaction " + lock.gid();
  }

  @Override
  public @Nullable Instant since() {
    return lock.since();
  }

  @Override
  public String message() {
    String which =
        lock.pid() == null ? subject() : "the transaction of the backend with " + subject();
    if (anonymous) {
      return which + " in another database locks " + Sql.of("database %I", database);
    }
    return which
        + (lock.role() == null ? "" : " of role " + lock.role())
        + (lock.database() == null ? "" : " in database " + lock.database())
        + " locks "
        + Sql.of("database %I", database)
        + lastStatement();
  }

  private String lastStatement() {
    return Optional.ofNullable(lock.query())
        .flatMap(SqlCommand::of)
        .map(
            command ->
                "; its last statement is "
                    + command
                    + " (SELECT query FROM pg_stat_activity WHERE pid = "
                    + lock.pid()
                    + " shows it)")
        .orElse("");
  }

  @Override
  public String remedy() {
    return "Let it commit or roll back, or end it"
        + (wanted ? " as a superuser" : "")
        + (lock.pid() == null
            ? inItsDatabase()
            : ": SELECT pg_terminate_backend(" + lock.pid() + "); ")
        + (wanted ? grant() : "Or set spec.deletion.foreignLocks to Terminate.");
  }

  private String inItsDatabase() {
    if (anonymous) {
      return " (SELECT * FROM pg_prepared_xacts lists those of the server). ";
    }
    String gid = Objects.requireNonNull(lock.gid());
    return " in database " + lock.database() + ": " + Sql.of("ROLLBACK PREPARED %L", gid) + "; ";
  }

  private String grant() {
    if (lock.pid() != null) {
      return lock.signallable()
          ? "It was told to end."
          : "If it is not a superuser's, "
              + Sql.of("GRANT pg_signal_backend TO %I", admin.name())
              + "; lets pgdb end it.";
    }
    String role = lock.role();
    return role == null || anonymous ? "" : "Or let pgdb do it: " + admin.membershipIn(role) + ";";
  }
}
