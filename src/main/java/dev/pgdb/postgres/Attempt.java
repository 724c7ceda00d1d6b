package dev.pgdb.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * One statement on its way.
 *
 * @param pid the backend that runs it
 * @param since when it was sent, or when it failed
 * @param failure why it failed; null while it runs
 * @param failures of it and of those before it, in a row; null where there is none
 */
public record Attempt(
    int pid, Instant since, @Nullable String failure, @Nullable Failures failures) {
  private static final Duration RECENT = Duration.ofSeconds(1);

  /** The first of its kind, or one of which nothing is known but that it runs. */
  public Attempt(int pid, Instant since) {
    this(pid, since, null, null);
  }

  static Attempt startedAt(Instant now, int pid, @Nullable Attempt before) {
    return new Attempt(pid, now, null, before == null ? null : before.failures());
  }

  /** How it stands when it has failed. */
  public Attempt failed(Exception failure, Instant now) {
    String state = failure instanceof SQLException answer ? answer.getSQLState() : null;
    String why = String.valueOf(failure.getMessage());
    var all =
        failures == null
            ? new Failures(1, now, why, state)
            : new Failures(failures.count() + 1, failures.first(), why, state);
    return new Attempt(pid, now, why, all);
  }

  /** Whether it has not ended yet. */
  public boolean running() {
    return failure == null;
  }

  /** Whether it failed for one of these reasons. */
  public boolean failedBecause(SqlState... reasons) {
    return !running() && failures != null && failures.lastBecause(reasons);
  }

  /** Whether it failed so long ago that it may be tried again. */
  public boolean isLongAgo(Instant now) {
    return isLongAgo(now, 1);
  }

  /** The same for what need not be tried so often. */
  public boolean isLongAgo(Instant now, int times) {
    return !running() && since.plus(RECENT.multipliedBy(times)).isBefore(now);
  }

  /**
   * Attempts that have failed one after the other.
   *
   * @param first when the first of them did
   * @param last what the server said to the last one
   * @param sqlState its code, where the server gave one
   */
  public record Failures(int count, Instant first, String last, @Nullable String sqlState) {

    /** Whether the last one failed for one of these reasons. */
    public boolean lastBecause(SqlState... reasons) {
      return Arrays.stream(reasons).anyMatch(reason -> reason.code().equals(sqlState));
    }
  }
}
