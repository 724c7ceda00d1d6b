package dev.pgdb.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a statement that may take for ever. A connection can die without a word, and to
 * wait for its answer would then take as long as TCP does to notice, hours perhaps. So another
 * session asks the server whether the statement still runs.
 */
final class AwaitedAnswer {
  /** Much longer than a statement or its answer is on its way where the connection lives. */
  static final Duration LATE = Duration.ofSeconds(5);

  private final AdminSession session;
  private final Sql statement;
  private @Nullable Instant notRunningSince;

  AwaitedAnswer(AdminSession session, Sql statement) {
    this.session = session;
    this.statement = statement;
  }

  /** What another session sees of it. */
  private enum Seen {
    /** It runs, or the server does not tell. */
    RUNNING,
    /** Its backend waits for a statement: the answer was sent, or the statement never came. */
    IDLE,
    /** Its backend has ended. */
    NO_BACKEND
  }

  /**
   * Whether it may still come. It does not where the server has not been running the statement for
   * seconds; but first the backend has to be gone, since a statement that is still on its way must
   * not arrive later.
   */
  boolean mayCome(AdminSession witness, Instant now) throws SQLException {
    Seen seen = look(witness);
    if (seen == Seen.RUNNING) {
      notRunningSince = null;
      return true;
    }
    if (notRunningSince == null) {
      notRunningSince = now;
    }
    boolean lost = !now.isBefore(notRunningSince.plus(LATE));
    if (lost && seen == Seen.IDLE) {
      witness.query(endOfIdleBackend(), row -> row.getBoolean(1));
      return true;
    }
    return !lost;
  }

  /** Whoever waits for it is told that it does not come. */
  void giveUp() {
    session.abandon();
  }

  /**
   * A pooler tells the pid of no backend. So whoever runs the same statement is taken for ours: a
   * second one beside it would do no good in any case.
   */
  private Seen look(AdminSession witness) throws SQLException {
    return witness
        .queryOne(
            Sql.of(
                """
                SELECT CASE
                  WHEN EXISTS (SELECT FROM pg_stat_activity WHERE state = 'active'
                    AND pid <> pg_backend_pid() AND position(left(%L, 200) IN query) = 1) THEN 'RUNNING'
                  WHEN NOT EXISTS (%s) THEN 'NO_BACKEND'
                  WHEN EXISTS (%s AND state = 'idle') THEN 'IDLE'
                  ELSE 'RUNNING' END
                """,
                statement.text(), backend("SELECT"), backend("SELECT")),
            row -> Seen.valueOf(row.getString(1)))
        .orElse(Seen.RUNNING);
  }

  private Sql endOfIdleBackend() {
    return Sql.of("%s AND state = 'idle'", backend("SELECT pg_terminate_backend(pid)"));
  }

  private Sql backend(String select) {
    return Sql.of(
        "%s FROM pg_stat_activity WHERE pid = %L AND backend_start = %L",
        Sql.of(select), session.pid(), session.started());
  }
}
