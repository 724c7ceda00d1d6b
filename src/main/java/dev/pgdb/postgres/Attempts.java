package dev.pgdb.postgres;

import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** What is known of the statements that may take for ever, each by its key. */
final class Attempts {
  private static final int NO_BACKEND_YET = 0;

  private final Clock clock;
  private final Map<String, Known> all = new ConcurrentHashMap<>();

  Attempts(Clock clock) {
    this.clock = clock;
  }

  /**
   * One of them.
   *
   * @param statement of several, the last one
   * @param answer null while it waits for its turn
   */
  record Known(Attempt attempt, String statement, @Nullable AwaitedAnswer answer) {}

  Optional<Attempt> of(String key) {
    return Optional.ofNullable(all.get(key)).map(Known::attempt);
  }

  /** Whether any has been running for so long that its answer may be lost. */
  boolean areLate() {
    return all.values().stream().anyMatch(this::isLate);
  }

  private boolean isLate(Known known) {
    return known.answer != null
        && known.attempt.running()
        && known.attempt.since().plus(AwaitedAnswer.LATE).isBefore(clock.instant());
  }

  /**
   * Forgets those whose answers cannot come any more.
   *
   * @param witness asks the server
   */
  void forgetLost(AdminSession witness) throws SQLException {
    for (Map.Entry<String, Known> entry : List.copyOf(all.entrySet())) {
      Known known = entry.getValue();
      if (known.answer != null
          && isLate(known)
          && !known.answer.mayCome(witness, clock.instant())) {
        all.remove(entry.getKey(), known); // before it fails
        known.answer.giveUp();
      }
    }
  }

  /** That others have failed before is kept in mind, unless something else is asked for by now. */
  Known waiting(String key, List<Sql> sql) {
    String statement = sql.getLast().text();
    Known before = all.get(key);
    Attempt same = before == null || !before.statement.equals(statement) ? null : before.attempt;
    return note(
        key, new Known(Attempt.startedAt(clock.instant(), NO_BACKEND_YET, same), statement, null));
  }

  Known sent(String key, AdminSession session, List<Sql> sql) {
    Known before = all.get(key);
    return note(
        key,
        new Known(
            Attempt.startedAt(
                clock.instant(), session.pid(), before == null ? null : before.attempt),
            sql.getLast().text(),
            new AwaitedAnswer(session, sql.getLast())));
  }

  private Known note(String key, Known known) {
    all.put(key, known);
    return known;
  }

  void run(String key, Known known, AdminSession session, List<Sql> sql) {
    try {
      session.executeWithoutLimit(sql);
      ended(key, known);
    } catch (SQLException | RuntimeException e) {
      failed(key, known, e);
    }
  }

  void ended(String key, Known known) {
    all.remove(key, known);
  }

  /** Whoever has forgotten it does not hear of it again. */
  void failed(String key, Known known, Exception e) {
    all.replace(
        key,
        known,
        new Known(known.attempt.failed(e, clock.instant()), known.statement, known.answer));
  }

  /** The latest with this key; null where there is none. */
  @Nullable Known known(String key) {
    return all.get(key);
  }

  /** As if none had been sent since. */
  void restore(String key, @Nullable Known before) {
    all.compute(key, (same, since) -> before);
  }
}
