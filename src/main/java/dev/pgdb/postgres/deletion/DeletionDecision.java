package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.deletion.DeletionStep.*;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Decides what to do next. It looks at nothing but its arguments. */
final class DeletionDecision {
  private final DatabaseSnapshot seen;
  private final DatabaseRow database;
  private final DeletionPolicy policy;
  private final Set<Class<? extends DeletionStep>> tried;
  private final Instant now;

  private DeletionDecision(
      DatabaseSnapshot seen,
      DatabaseRow database,
      DeletionPolicy policy,
      Set<Class<? extends DeletionStep>> tried,
      Instant now) {
    this.seen = seen;
    this.database = database;
    this.policy = policy;
    this.tried = tried;
    this.now = now;
  }

  /**
   * @param tried what was done in this round already: doing it again would not help, and whoever
   *     undoes it in a loop must not keep us from the rest
   */
  static DeletionStep decide(
      DatabaseSnapshot seen,
      DeletionPolicy policy,
      Set<Class<? extends DeletionStep>> tried,
      Instant now) {
    if (seen.server().standby()) {
      return new Standby();
    }
    if (seen.identity().isOnAnotherClusterThan(seen.server())) {
      return new OtherCluster(seen.server().systemIdentifier());
    }
    DatabaseRow database = seen.database();
    if (database == null) {
      return new Gone();
    }
    if (!seen.identity().isStill(database)) {
      DropWait drop = seen.drop();
      return drop != null && drop.attempt().running()
          ? new AwaitDrop(List.of()) // it was ours when it was sent, and cannot be called back
          : new NotOurs(whoseItIs(database));
    }
    return new DeletionDecision(seen, database, policy, tried, now).next();
  }

  private static String whoseItIs(DatabaseRow database) {
    return database
        .claim()
        .map(claim -> "it is claimed by " + claim.holder())
        .orElse(
            "the one with its OID has another name and bears no claim, so that it may be another");
  }

  private DeletionStep next() {
    DropWait drop = seen.drop();
    if (drop != null && !drop.attempt().isLongAgo(now)) {
      return drop.ours() ? duringDrop(drop) : refusal().orElseGet(() -> duringDropOfOthers(drop));
    }
    return refusal().orElseGet(this::prepare);
  }

  /** What keeps us from ending anything. */
  private Optional<DeletionStep> refusal() {
    Optional<Blocker> reserved = ReservedDatabase.of(database, seen.server(), policy);
    if (reserved.isPresent()) {
      return Optional.of(blocked(List.of(reserved.get())));
    }
    if (!seen.rights().sufficient()) {
      return Optional.of(blocked(List.of(Blockers.missingPrivilege(seen, database))));
    }
    List<Blocker> unwanted =
        database.invalid()
            ? List.of() // only a DROP is possible
            : Blockers.beforeTheDoorCloses(seen, database, policy);
    return unwanted.isEmpty() ? Optional.empty() : Optional.of(blocked(unwanted));
  }

  private DeletionStep prepare() {
    if (database.invalid()) {
      return seen.inside() ? new LeaveDatabase() : dropInvalid();
    }
    if (canEndForeign() && untried(TerminateForeign.class)) {
      return new TerminateForeign(seen.foreignLocks());
    }
    if (seen.foreignLocks().stream().anyMatch(ForeignLock::onRow)) {
      return awaitForeign();
    }
    if (database.claim().isEmpty() && untried(Reclaim.class)) {
      return new Reclaim();
    }
    return closeTheDoor();
  }

  /** A DROP that met a lock would fail without a word about who holds it. */
  private DeletionStep dropInvalid() {
    if (seen.foreignLocks().isEmpty()) {
      return drop();
    }
    return canEndForeign() && untried(TerminateForeign.class)
        ? new TerminateForeign(seen.foreignLocks())
        : awaitForeign();
  }

  private DeletionStep closeTheDoor() {
    if (needsInside() && database.allowConnections() && untried(EnterDatabase.class)) {
      return new EnterDatabase();
    }
    List<ConnectGrant> revocable = seen.grants().stream().filter(ConnectGrant::revocable).toList();
    if ((database.allowConnections() || database.template()) && untried(CloseDoor.class)) {
      return new CloseDoor(revocable);
    }
    if (!revocable.isEmpty() && untried(RevokeConnect.class)) {
      return new RevokeConnect(revocable);
    }
    return emptyTheDatabase();
  }

  private DeletionStep emptyTheDatabase() {
    if (drains()) {
      return new Drain(policy.drainUntil());
    }
    if (canTerminate()) {
      return new TerminateSessions(seen.backends());
    }
    if (!seen.backends().isEmpty()) {
      List<Blocker> blockers = Blockers.sessions(seen, now);
      return blockers.size() == seen.backends().size()
          ? blocked(blockers)
          : shutOutByLock().orElseGet(() -> new AwaitSessions(blockers));
    }
    if (livesInside() && !seen.inside()) {
      return untried(ReenterDatabase.class) ? new ReenterDatabase() : awaitAWayIn();
    }
    if (!seen.preparedTransactions().isEmpty()) {
      return untried(RollBackPrepared.class)
          ? new RollBackPrepared(seen.preparedTransactions())
          : nextRound();
    }
    if (!seen.subscriptions().isEmpty()) {
      return untried(DropSubscriptions.class)
          ? new DropSubscriptions(seen.subscriptions())
          : nextRound();
    }
    if (!seen.slots().isEmpty() && !seen.server().hasLogicalReplication()) {
      return untried(DropSlots.class) ? new DropSlots(seen.slots()) : nextRound();
    }
    return buryAndDrop();
  }

  /**
   * Somebody opens the door again as soon as we have closed it, and clients come in faster than
   * they can be ended. RENAME takes a lock that they do not get past, whatever the door.
   */
  private Optional<DeletionStep> shutOutByLock() {
    if (untried(CloseDoor.class)
        || !database.allowConnections()
        || database.buried()
        || livesInside()
        || !seen.rights().rename()
        || !seen.foreignLocks().isEmpty()
        || (!seen.slots().isEmpty() && !seen.server().hasLogicalReplication())) {
      return Optional.empty();
    }
    if (seen.inside()) {
      return Optional.of(new LeaveDatabase());
    }
    return untried(Bury.class) ? Optional.of(new Bury()) : Optional.empty();
  }

  private boolean livesInside() {
    return !seen.preparedTransactions().isEmpty() || !seen.subscriptions().isEmpty();
  }

  private DeletionStep buryAndDrop() {
    if (seen.inside()) {
      return new LeaveDatabase();
    }
    if (!seen.foreignLocks().isEmpty()) {
      return awaitForeign();
    }
    if (!database.buried() && seen.rights().rename()) {
      return untried(Bury.class) ? new Bury() : awaitBurial();
    }
    if (seen.rowLock() != RowLock.NONE && untried(CloseDoor.class)) {
      return new CloseDoor(List.of()); // a change gives up where a DROP would wait for the row
    }
    if (seen.rowLock() == RowLock.MET) {
      return new AwaitLock(database.oid());
    }
    return database.buried() || !database.allowConnections() ? drop() : nextRound();
  }

  private DeletionStep awaitBurial() {
    List<Blocker> workers = Blockers.autovacuum(seen, now);
    return workers.isEmpty() && seen.rowLock() == RowLock.MET
        ? new AwaitLock(database.oid())
        : new AwaitSessions(workers);
  }

  /** Sessions that may end by themselves are not ended sooner since somebody else is in a hurry. */
  private DeletionStep duringDropOfOthers(DropWait drop) {
    return drains() ? new Drain(policy.drainUntil()) : duringDrop(drop);
  }

  private boolean drains() {
    return !seen.backends().isEmpty() && !database.invalid() && now.isBefore(policy.drainUntil());
  }

  private DeletionStep duringDrop(DropWait drop) {
    if (canTerminate()) {
      return new TerminateSessions(seen.backends());
    }
    if (drop.attempt().running() && canEndForeign() && untried(TerminateForeign.class)) {
      return new TerminateForeign(seen.foreignLocks()); // came in between our look and the DROP
    }
    List<Blocker> failing = Blockers.failingDrop(seen, database, drop, now);
    if (!failing.isEmpty()) {
      return blocked(failing);
    }
    String failure = drop.attempt().failure();
    return failure == null
        ? new AwaitDrop(Blockers.ofDrop(seen, database, policy, drop, now))
        : new DropFailed(failure);
  }

  /** What was prepared, or may be at any moment, can be ended only from inside. */
  private boolean needsInside() {
    return !seen.inside()
        && (!seen.preparedTransactions().isEmpty()
            || !seen.subscriptions().isEmpty()
            || (seen.rights().preparing() && !seen.backends().isEmpty()));
  }

  private boolean canTerminate() {
    return seen.backends().stream().anyMatch(Backend::canBeEnded)
        && untried(TerminateSessions.class);
  }

  private boolean canEndForeign() {
    return policy.terminateForeign()
        && seen.foreignLocks().stream().anyMatch(ForeignLock::canBeEnded);
  }

  /** What was told to end does so within moments; the rest is waited for. */
  private DeletionStep awaitForeign() {
    List<Blocker> blockers = Blockers.foreign(seen, database, policy);
    return canEndForeign() ? new AwaitSessions(blockers) : blocked(blockers);
  }

  private boolean untried(Class<? extends DeletionStep> step) {
    return !tried.contains(step);
  }

  private static AwaitSessions nextRound() {
    return new AwaitSessions(List.of());
  }

  private AwaitSessions awaitAWayIn() {
    return new AwaitSessions(Stream.<Blocker>ofNullable(seen.noWayIn()).toList());
  }

  private static Blocked blocked(List<Blocker> blockers) {
    return new Blocked(blockers);
  }

  /** FORCE ends what comes in at the last moment, but only a superuser may end everybody. */
  private Drop drop() {
    return new Drop(seen.server().superuser() && seen.server().hasForce());
  }
}
