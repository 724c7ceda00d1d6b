package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Attempt.Failures;
import dev.pgdb.postgres.DatabaseRow;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Finds what stands in the way of a deletion in what was seen of its database. */
final class Blockers {
  /** A backend that is well reacts within milliseconds. */
  private static final Duration DEAF_AFTER = Duration.ofSeconds(5);

  private static final Duration STARTING_TAKES = Duration.ofSeconds(1);

  private static final Duration DROP_IS_SLOW_AFTER = Duration.ofSeconds(2);

  /** Once or twice it fails because somebody came between. */
  private static final int DROP_KEEPS_FAILING_AFTER = 3;

  private static final Duration DROP_IS_ANOTHER_TRY_FOR = Duration.ofSeconds(10);

  private Blockers() {}

  static Blocker missingPrivilege(DatabaseSnapshot seen, DatabaseRow database) {
    return new MissingPrivilege(database.name(), database.owner(), AdminRole.of(seen.server()));
  }

  /**
   * What is to be waited for is waited for with the door open: whoever ends it has to get in
   * (docs/postgresql.md, "Prepared transactions").
   */
  static List<Blocker> beforeTheDoorCloses(
      DatabaseSnapshot seen, DatabaseRow database, DeletionPolicy policy) {
    var blockers = new ArrayList<Blocker>();
    AdminRole admin = AdminRole.of(seen.server());
    boolean closed = seen.doorClosed();
    seen.preparedTransactions().stream()
        .filter(transaction -> !policy.rollBackPrepared() || !transaction.actionable())
        .map(found -> new PreparedTransactionLeft(found, database.name(), closed, admin))
        .forEach(blockers::add);
    seen.subscriptions().stream()
        .filter(subscription -> !policy.dropSubscriptions() || !subscription.actionable())
        .map(found -> new SubscriptionLeft(found, database.name(), closed, admin))
        .forEach(blockers::add);
    boolean mayDrop = seen.server().hasLogicalReplication() || seen.rights().replication();
    if (!policy.dropSlots() || !mayDrop) {
      seen.slots().stream()
          .map(slot -> new SlotLeft(slot, mayDrop, admin.name()))
          .forEach(blockers::add);
    }
    return blockers;
  }

  static List<Blocker> foreign(DatabaseSnapshot seen, DatabaseRow database, DeletionPolicy policy) {
    return seen.foreignLocks().stream()
        .<Blocker>map(
            lock ->
                new ForeignTransaction(
                    lock, database.name(), policy.terminateForeign(), AdminRole.of(seen.server())))
        .toList();
  }

  /** The sessions that are left because they cannot be ended, or were told to and do not react. */
  static List<Blocker> sessions(DatabaseSnapshot seen, Instant now) {
    var blockers = new ArrayList<Blocker>();
    for (Backend backend : seen.backends()) {
      if (isPassing(backend, seen, now)) {
        continue;
      }
      if (!backend.canBeEnded()) {
        blockers.add(new ForbiddenSession(backend, seen.server().role()));
      } else {
        deaf(backend, seen, now).ifPresent(blockers::add);
      }
    }
    return blockers;
  }

  /** A closed door refuses those that are starting, without any doing of the admin. */
  private static boolean isPassing(Backend backend, DatabaseSnapshot seen, Instant now) {
    Instant told = seen.signalled().get(backend.pid());
    return backend.isStarting()
        && !backend.canBeEnded()
        && (told == null || told.plus(STARTING_TAKES).isAfter(now));
  }

  /** The autovacuum workers that our RENAME or DROP has told to end and that do not react. */
  static List<Blocker> autovacuum(DatabaseSnapshot seen, Instant now) {
    return seen.autovacuum().stream().flatMap(worker -> deaf(worker, seen, now).stream()).toList();
  }

  private static Optional<Blocker> deaf(Backend backend, DatabaseSnapshot seen, Instant now) {
    Instant told = seen.signalled().get(backend.pid());
    return told != null && told.plus(DEAF_AFTER).isBefore(now)
        ? Optional.of(new DeafSession(backend, told))
        : Optional.empty();
  }

  static List<Blocker> ofDrop(
      DatabaseSnapshot seen,
      DatabaseRow database,
      DeletionPolicy policy,
      DropWait drop,
      Instant now) {
    var blockers = new ArrayList<>(sessions(seen, now));
    if (isSlow(drop, now)) {
      blockers.addAll(autovacuum(seen, now));
      blockers.addAll(foreign(seen, database, policy));
      if (drop.onBarrier()) {
        blockers.add(new ProcSignalBarrier(drop.attempt().pid(), drop.attempt().since()));
      }
      if (drop.onStandby()) {
        blockers.add(new SynchronousStandby(drop.attempt().pid(), drop.attempt().since()));
      }
    }
    return blockers;
  }

  /** Whether a DROP has run for so long that it waits for somebody. */
  static boolean isSlow(DropWait drop, Instant now) {
    return drop.attempt().running()
        && drop.attempt().since().plus(DROP_IS_SLOW_AFTER).isBefore(now);
  }

  /** What the server says to a DROP that fails each time, also while it is tried once more. */
  static List<Blocker> failingDrop(
      DatabaseSnapshot seen, DatabaseRow database, DropWait drop, Instant now) {
    Failures failures = drop.attempt().failures();
    if (failures == null
        || failures.count() < DROP_KEEPS_FAILING_AFTER
        || (drop.attempt().running()
            && drop.attempt().since().plus(DROP_IS_ANOTHER_TRY_FOR).isBefore(now))) {
      return List.of();
    }
    var blockers = new ArrayList<>(autovacuum(seen, now));
    blockers.add(new FailingDrop(database.name(), failures));
    return blockers;
  }
}
