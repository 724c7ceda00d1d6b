package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Snapshots.NOW;
import static dev.pgdb.postgres.deletion.Snapshots.database;
import static org.assertj.core.api.Assertions.assertThat;

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
    assertThat(count).isEqualTo(9_953_280);
    assertThat(decided.keySet())
        .as("the steps that came up; the others are about what cannot be combined")
        .containsExactly(
            "AwaitDrop",
            "AwaitLock",
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
      assertThat(onStandby).as("on a standby: %s", each).isInstanceOf(Standby.class);
      DeletionStep elsewhere = decideOn(database().onAnotherCluster().see().server(), each);
      assertThat(elsewhere).as("on another cluster: %s", each).isInstanceOf(OtherCluster.class);
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
            seen.autovacuum(),
            seen.signalled(),
            seen.preparedTransactions(),
            seen.subscriptions(),
            seen.slots(),
            seen.foreignLocks(),
            seen.rowLock(),
            seen.inside(),
            seen.noWayIn(),
            seen.drop());
    return DeletionDecision.decide(there, each.policy(), Set.of(), NOW);
  }

  private DeletionStep check(Case each, Set<Class<? extends DeletionStep>> tried) {
    DatabaseSnapshot seen = each.seen();
    DeletionStep step = DeletionDecision.decide(seen, each.policy(), tried, NOW);
    var rules = new DeletionRules(each, tried, step);
    rules.check();
    switch (step) {
      case Blocked(var blockers) -> {
        rules.rule(!blockers.isEmpty(), "a blockade has a reason");
        blockers.forEach(blocker -> checkText(blocker, rules));
      }
      case AwaitSessions(var blockers) -> blockers.forEach(blocker -> checkText(blocker, rules));
      case AwaitDrop(var blockers) -> blockers.forEach(blocker -> checkText(blocker, rules));
      default -> {}
    }
    return step;
  }

  private void checkText(Blocker blocker, DeletionRules rules) {
    rules.rule(
        !read.add(blocker)
            || Stream.of(blocker.type(), blocker.subject(), blocker.message(), blocker.remedy())
                .noneMatch(String::isBlank),
        "a blocker says what to do");
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
}
