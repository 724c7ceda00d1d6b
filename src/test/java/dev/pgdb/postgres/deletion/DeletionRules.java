package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Snapshots.ANOTHERS_COMMENT;
import static dev.pgdb.postgres.deletion.Snapshots.LONG_AGO;
import static dev.pgdb.postgres.deletion.Snapshots.NOW;
import static java.util.Objects.requireNonNull;

import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.deletion.DeletionStep.*;
import dev.pgdb.postgres.deletion.SnapshotCombinations.Case;
import java.util.List;
import java.util.Set;

/** What must hold of the step that is decided in one case, whichever it is. */
record DeletionRules(Case each, Set<Class<? extends DeletionStep>> tried, DeletionStep step) {

  void check() {
    rule(
        !tried.contains(step.getClass())
            || step instanceof Pause
            || step instanceof AwaitSessions
            || step instanceof LeaveDatabase,
        "nothing is tried twice in a round");
    checkOwner();
    checkPolicy();
    checkChange();
    if (step instanceof DeletionStep.Drop(var force)) {
      checkDrop(force);
    }
  }

  private void checkOwner() {
    boolean anothers = ANOTHERS_COMMENT.equals(row().comment());
    boolean dropping = dropRuns();
    rule(step instanceof NotOurs == (anothers && !dropping), "another's database is let alone");
    rule(
        !(anothers && dropping) || step.equals(new AwaitDrop(List.of())),
        "nothing is done to another's database while the DROP runs that was sent when it was ours");
    rule(
        anothers
            || !dropping
            || !dropIsOurs()
            || !canEndSomebody()
            || step instanceof TerminateSessions,
        "sessions are ended while our DROP runs");
  }

  private void checkPolicy() {
    DeletionPolicy policy = each.policy();
    boolean allowed =
        switch (step) {
          case TerminateForeign all -> policy.terminateForeign();
          case RollBackPrepared all -> policy.rollBackPrepared();
          case DropSubscriptions all -> policy.dropSubscriptions();
          case DropSlots all -> policy.dropSlots();
          case TerminateSessions all ->
              dropIsOurs() || row().invalid() || (!NOW.isBefore(policy.drainUntil()) && !waits());
          case DeletionStep.Drop sent ->
              seen().slots().isEmpty() || policy.dropSlots() || row().invalid();
          default -> true;
        };
    rule(allowed, "nothing is ended that the policy wants to wait for");
  }

  private void checkChange() {
    rule(
        !(step instanceof RollBackPrepared || step instanceof DropSubscriptions) || seen().inside(),
        "what lives inside is ended from inside");
    rule(!changes() || !row().invalid() || dropGoesOn(), "an invalid database is only dropped");
    rule(
        !changes() || seen().foreignLocks().stream().noneMatch(ForeignLock::onRow),
        "no change waits for a row");
    rule(
        !(step instanceof Bury) || (seen().rights().rename() && !seen().inside()),
        "burial needs a right, and that we are out");
    rule(
        !(step instanceof CloseDoor)
            || seen().inside()
            || nothingLivesInside()
            || !row().allowConnections()
            || tried.contains(EnterDatabase.class),
        "we get in before the door closes on what can be ended only inside");
  }

  private void checkDrop(boolean force) {
    boolean invalid = row().invalid();
    boolean nobody = seen().backends().isEmpty() && nothingLivesInside();
    rule(!seen().inside(), "we are out");
    rule(seen().foreignLocks().isEmpty(), "no DROP meets a lock");
    rule(seen().rowLock() != RowLock.MET || invalid, "no DROP waits where a change has in vain");
    rule(
        seen().rowLock() == RowLock.NONE || tried.contains(CloseDoor.class) || invalid,
        "a change shows whether the row is locked");
    rule(nobody || invalid, "nobody is in");
    rule(row().buried() || seen().doorClosed() || invalid, "nobody comes in");
    rule(row().buried() || !seen().rights().rename() || invalid, "its name tells which it is");
    rule(
        !row().template() || tried.contains(CloseDoor.class) || invalid,
        "the template flag is taken away");
    rule(
        seen().grants().stream().noneMatch(ConnectGrant::revocable)
            || tried.contains(RevokeConnect.class)
            || invalid,
        "CONNECT is revoked");
    rule(seen().rights().sufficient(), "we may drop");
    DropWait drop = seen().drop();
    rule(drop == null || (LONG_AGO.equals(drop.attempt().since()) && !dropRuns()), "once");
    rule(
        force == (seen().server().superuser() && seen().server().versionNumber() >= 130000),
        "FORCE is for superusers from 13 on");
  }

  private boolean changes() {
    return step instanceof RevokeConnect
        || step instanceof CloseDoor
        || step instanceof Bury
        || step instanceof Reclaim
        || step instanceof EnterDatabase
        || step instanceof ReenterDatabase;
  }

  private boolean canEndSomebody() {
    return seen().backends().stream().anyMatch(Backend::canBeEnded)
        && !tried.contains(TerminateSessions.class);
  }

  private boolean nothingLivesInside() {
    return seen().preparedTransactions().isEmpty() && seen().subscriptions().isEmpty();
  }

  private boolean dropRuns() {
    DropWait drop = seen().drop();
    return drop != null && drop.attempt().running();
  }

  private boolean dropGoesOn() {
    DropWait drop = seen().drop();
    return drop != null && !drop.attempt().isLongAgo(NOW);
  }

  private boolean dropIsOurs() {
    return dropGoesOn() && requireNonNull(seen().drop()).ours();
  }

  /** Whether there is something that the policy does not let go. */
  private boolean waits() {
    DeletionPolicy policy = each.policy();
    return (!policy.rollBackPrepared() && !seen().preparedTransactions().isEmpty())
        || (!policy.dropSubscriptions() && !seen().subscriptions().isEmpty())
        || (!policy.dropSlots() && !seen().slots().isEmpty());
  }

  private DatabaseSnapshot seen() {
    return each.seen();
  }

  private DatabaseRow row() {
    return requireNonNull(each.seen().database());
  }

  void rule(boolean holds, String rule) {
    if (!holds) {
      throw new AssertionError(rule + ", but " + step + " was decided for " + each);
    }
  }
}
