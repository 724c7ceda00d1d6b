package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Snapshots.NOW;
import static dev.pgdb.postgres.deletion.Snapshots.database;

import java.time.Instant;
import java.util.Set;

/** Asks for the next step, with what most tests of it leave as it is. */
final class Decisions {
  static final DeletionPolicy END_ALL = new DeletionPolicy(Instant.EPOCH, true, true, true, true);
  static final DeletionPolicy WAIT_FOR_ALL =
      new DeletionPolicy(Instant.EPOCH, false, false, false, false);

  private Decisions() {}

  static DeletionStep next(Snapshots seen) {
    return next(seen, END_ALL);
  }

  static DeletionStep next(Snapshots seen, Class<? extends DeletionStep> tried) {
    return next(seen, Set.of(tried));
  }

  static DeletionStep next(Snapshots seen, Set<Class<? extends DeletionStep>> tried) {
    return DeletionDecision.decide(seen.see(), END_ALL, tried, NOW);
  }

  static DeletionStep next(Snapshots seen, DeletionPolicy policy) {
    return DeletionDecision.decide(seen.see(), policy, Set.of(), NOW);
  }

  /** Sessions may still end by themselves. */
  static DeletionPolicy draining() {
    return new DeletionPolicy(NOW.plusSeconds(30), true, true, true, true);
  }

  /** Nobody can connect any more. */
  static Snapshots shut() {
    return database().doorOpen(false);
  }

  /** Nothing is left to do but the DROP. */
  static Snapshots ready() {
    return shut().buried(true);
  }
}
