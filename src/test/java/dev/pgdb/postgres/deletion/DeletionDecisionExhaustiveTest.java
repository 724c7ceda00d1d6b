package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Snapshots.ANOTHERS_COMMENT;
import static dev.pgdb.postgres.deletion.Snapshots.LONG_AGO;
import static dev.pgdb.postgres.deletion.Snapshots.NOW;
import static dev.pgdb.postgres.deletion.Snapshots.database;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.deletion.DeletionStep.*;
import dev.pgdb.postgres.deletion.SnapshotCombinations.Case;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Every combination of what can be seen of a database, with what was tried before in a world that
 * does not move (each step is decided as if those before it had done nothing) and once in a world
 * that does (with some other steps tried).
 */
class DeletionDecisionExhaustiveTest {
  private static final List<Class<? extends DeletionStep>> ACTIONS =
      List.of(
          Reclaim.class,
          EnterDatabase.class,
          ReenterDatabase.class,
          RevokeConnect.class,
          CloseDoor.class,
          TerminateSessions.class,
          TerminateForeign.class,
          RollBackPrepared.class,
          DropSubscriptions.class,
          DropSlots.class,
          Bury.class);

  private final Set<Blocker> read = new HashSet<>();

  @Test
  void keepsEveryRuleInEveryCombination() {
    var decided = new TreeMap<String, Integer>();
    long count = 0;
    for (Case each = SnapshotCombinations.number(0);
        each.isOne();
        each = SnapshotCombinations.number(++count)) {
      var tried = new HashSet<Class<? extends DeletionStep>>();
      while (true) {
        DeletionStep step = check(each, tried);
        decided.merge(step.getClass().getSimpleName(), 1, Integer::sum);
        if (step instanceof Pause || step instanceof AwaitSessions || !tried.add(step.getClass())) {
          break;
        }
      }
      check(each, someOf(count));
    }
    assertThat(count).isEqualTo(5_308_416);
    assertThat(decided.keySet())
        .as("the steps that came up; the others are about what cannot be combined")
        .containsExactly(
            "AwaitDrop",
            "AwaitSessions",
            "Blocked",
            "Bury",
            "CloseDoor",
            "Drain",
            "Drop",
            "DropFailed",
            "DropSlots",
            "DropSubscriptions",
            "EnterDatabase",
            "LeaveDatabase",
            "NotOurs",
            "Reclaim",
            "ReenterDatabase",
            "RevokeConnect",
            "RollBackPrepared",
            "TerminateForeign",
            "TerminateSessions");
  }

  @Test
  void touchesNothingOnAStandbyOrAnotherClusterWhateverElseIsSeen() {
    for (long i = 0; SnapshotCombinations.number(i).isOne(); i += 101) {
      Case each = SnapshotCombinations.number(i);
      DeletionStep onStandby = decideOn(database().onStandby().see().server(), each);
      rule(onStandby instanceof Standby, "nothing on a standby", each, onStandby);
      DeletionStep elsewhere = decideOn(database().onAnotherCluster().see().server(), each);
      rule(elsewhere instanceof OtherCluster, "nothing on another cluster", each, elsewhere);
    }
  }

  private static DeletionStep decideOn(ServerFacts server, Case each) {
    DatabaseSnapshot seen = each.seen();
    var there =
        new DatabaseSnapshot(
            server,
            seen.identity(),
            seen.database(),
            seen.rights(),
            seen.grants(),
            seen.backends(),
            seen.signalled(),
            seen.preparedTransactions(),
            seen.subscriptions(),
            seen.slots(),
            seen.foreignLocks(),
            seen.inside(),
            seen.noWayIn(),
            seen.drop());
    return DeletionDecision.decide(there, each.policy(), Set.of(), NOW);
  }

  private DeletionStep check(Case each, Set<Class<? extends DeletionStep>> tried) {
    DatabaseSnapshot seen = each.seen();
    DeletionStep step = DeletionDecision.decide(seen, each.policy(), tried, NOW);
    rule(
        !tried.contains(step.getClass())
            || step instanceof Pause
            || step instanceof AwaitSessions
            || step instanceof LeaveDatabase,
        "nothing is tried twice in a round",
        each,
        step);
    boolean anothers = ANOTHERS_COMMENT.equals(row(seen).comment());
    DropWait drop = seen.drop();
    boolean dropping = drop != null && drop.attempt().running();
    rule(
        step instanceof NotOurs == (anothers && !dropping),
        "another's database is let alone",
        each,
        step);
    rule(
        !(anothers && dropping) || step.equals(new AwaitDrop(List.of())),
        "nothing is done to another's database while the DROP runs that was sent when it was ours",
        each,
        step);
    rule(!(step instanceof Bury) || seen.rights().rename(), "burial needs a right", each, step);
    rule(
        !(step instanceof RollBackPrepared || step instanceof DropSubscriptions) || seen.inside(),
        "what lives inside is ended from inside",
        each,
        step);
    rule(
        !changes(step) || !row(seen).invalid() || dropGoesOn(seen),
        "an invalid database is only dropped",
        each,
        step);
    switch (step) {
      case Drop(var force) -> checkDrop(each, force, step);
      case Blocked(var blockers) -> {
        rule(!blockers.isEmpty(), "a blockade has a reason", each, step);
        blockers.forEach(blocker -> checkText(blocker, each, step));
      }
      case AwaitSessions(var blockers) ->
          blockers.forEach(blocker -> checkText(blocker, each, step));
      case AwaitDrop(var blockers) -> blockers.forEach(blocker -> checkText(blocker, each, step));
      default -> {}
    }
    return step;
  }

  private static void checkDrop(Case each, boolean force, DeletionStep step) {
    DatabaseSnapshot seen = each.seen();
    boolean nobody = seen.empty() && seen.subscriptions().isEmpty();
    boolean bound = row(seen).buried() || seen.doorClosed();
    rule(!seen.inside(), "we are out", each, step);
    rule(seen.foreignLocks().isEmpty(), "no DROP meets a lock", each, step);
    rule((nobody && bound) || row(seen).invalid(), "nobody is in", each, step);
    rule(seen.rights().sufficient(), "we may drop", each, step);
    rule(seen.drop() == null || LONG_AGO.equals(seen.drop().attempt().since()), "once", each, step);
    rule(
        force == (seen.server().superuser() && seen.server().versionNumber() >= 130000),
        "FORCE is for superusers from 13 on",
        each,
        step);
  }

  private void checkText(Blocker blocker, Case each, DeletionStep step) {
    rule(
        !read.add(blocker)
            || Stream.of(blocker.type(), blocker.subject(), blocker.message(), blocker.remedy())
                .noneMatch(String::isBlank),
        "a blocker says what to do",
        each,
        step);
  }

  private static boolean changes(DeletionStep step) {
    return step instanceof RevokeConnect
        || step instanceof CloseDoor
        || step instanceof Bury
        || step instanceof Reclaim
        || step instanceof EnterDatabase
        || step instanceof ReenterDatabase;
  }

  private static boolean dropGoesOn(DatabaseSnapshot seen) {
    return seen.drop() != null && !seen.drop().attempt().isLongAgo(NOW);
  }

  /** Which they are is of no matter, as long as many sets come up. */
  private static Set<Class<? extends DeletionStep>> someOf(long number) {
    long bits = (number * 0x9E3779B97F4A7C15L) >>> 40;
    var some = new HashSet<Class<? extends DeletionStep>>();
    for (int i = 0; i < ACTIONS.size(); i++) {
      if (((bits >> i) & 1) == 1) {
        some.add(ACTIONS.get(i));
      }
    }
    return some;
  }

  private static DatabaseRow row(DatabaseSnapshot seen) {
    return requireNonNull(seen.database());
  }

  private static void rule(boolean holds, String rule, Case each, DeletionStep step) {
    if (!holds) {
      throw new AssertionError(rule + ", but " + step + " was decided for " + each);
    }
  }
}
