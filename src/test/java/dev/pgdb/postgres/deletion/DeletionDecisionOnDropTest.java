package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Decisions.WAIT_FOR_ALL;
import static dev.pgdb.postgres.deletion.Decisions.draining;
import static dev.pgdb.postgres.deletion.Decisions.next;
import static dev.pgdb.postgres.deletion.Decisions.ready;
import static dev.pgdb.postgres.deletion.Decisions.shut;
import static dev.pgdb.postgres.deletion.Snapshots.JUST_NOW;
import static dev.pgdb.postgres.deletion.Snapshots.LONG_AGO;
import static dev.pgdb.postgres.deletion.Snapshots.client;
import static dev.pgdb.postgres.deletion.Snapshots.database;
import static dev.pgdb.postgres.deletion.Snapshots.foreignLock;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.deletion.DeletionStep.*;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is decided about locks of others, and while a DROP is on its way. */
class DeletionDecisionOnDropTest {
  @Test
  void endsForeignTransactionsWhereThatIsAllowed() {
    assertThat(next(shut().locked(foreignLock(true, true)))).isInstanceOf(TerminateForeign.class);
  }

  @Test
  void waitsForForeignTransactionsThatItHasToldToEnd() {
    assertThat(next(shut().locked(foreignLock(true, true)), TerminateForeign.class))
        .isInstanceOf(AwaitSessions.class);
  }

  @Test
  void namesForeignTransactionsThatItMayNotEnd() {
    assertThat(next(shut().locked(foreignLock(true, false)))).isInstanceOf(Blocked.class);
  }

  @Test
  void changesNothingWhileAForeignTransactionLocksTheRow() {
    assertThat(next(database().granted(true).locked(foreignLock(true, true)), WAIT_FOR_ALL))
        .isInstanceOf(Blocked.class);
  }

  @Test
  void emptiesTheDatabaseWhileAForeignTransactionKeepsItOnlyFromBeingRenamed() {
    assertThat(next(shut().backends(client(true)).locked(foreignLock(false, true)), WAIT_FOR_ALL))
        .isInstanceOf(TerminateSessions.class);
  }

  @Test
  void doesNotSendADropIntoAForeignLock() {
    assertThat(next(ready().locked(foreignLock(false, true)), WAIT_FOR_ALL))
        .isInstanceOf(Blocked.class);
  }

  @Test
  void waitsForTheDropThatRuns() {
    assertThat(next(ready().dropRunning())).isEqualTo(new AwaitDrop(List.of()));
  }

  @Test
  void goesOnTerminatingWhileTheDropRuns() {
    assertThat(next(ready().dropRunning().backends(client(true))))
        .isInstanceOf(TerminateSessions.class);
  }

  @Test
  void drainsThoughSomebodyElseHasSentADrop() {
    var drop = ready().dropOfOthersRunning().backends(client(true));

    assertThat(next(drop, draining())).isInstanceOf(Drain.class);
    assertThat(next(drop)).isInstanceOf(TerminateSessions.class);
  }

  @Test
  void waitsForWhatThePolicyLeavesThoughSomebodyElseHasSentADrop() {
    var drop = database().dropOfOthersRunning().backends(client(true)).prepared(true);

    assertThat(next(drop, WAIT_FOR_ALL)).isInstanceOf(Blocked.class);
  }

  @Test
  void endsTheForeignTransactionThatTheDropWaitsFor() {
    assertThat(next(ready().dropRunning().locked(foreignLock(false, true))))
        .isInstanceOf(TerminateForeign.class);
  }

  @Test
  void namesTheForeignTransactionThatTheDropWaitsFor() {
    AwaitDrop step =
        (AwaitDrop) next(ready().dropRunning().locked(foreignLock(false, true)), WAIT_FOR_ALL);
    assertThat(step.blockers()).singleElement().isInstanceOf(ForeignTransaction.class);
  }

  @Test
  void namesTheBarrierThatTheDropWaitsAt() {
    assertThat(next(ready().dropOnBarrier()))
        .isEqualTo(new AwaitDrop(List.of(new ProcSignalBarrier(Snapshots.DROP_PID, LONG_AGO))));
  }

  @Test
  void doesNotSendADropAgainAtOnce() {
    assertThat(next(ready().dropFailed(JUST_NOW))).isEqualTo(new DropFailed("55006"));
  }

  @Test
  void sendsADropAgainThatFailedLongAgo() {
    assertThat(next(ready().dropFailed(LONG_AGO))).isEqualTo(new Drop(true));
  }

  @Test
  void sendsNoDropOfAnInvalidDatabaseIntoAForeignLock() {
    assertThat(next(database().invalid(true).locked(foreignLock(false, true)), WAIT_FOR_ALL))
        .isInstanceOf(Blocked.class);
  }

  @Test
  void namesWhatTheServerSaysToADropThatFailsEachTime() {
    assertThat(next(ready().dropFailed(JUST_NOW, 2))).isInstanceOf(DropFailed.class);
    assertThat(((Blocked) next(ready().dropFailed(JUST_NOW, 3))).blockers())
        .singleElement()
        .isInstanceOf(FailingDrop.class);
  }

  @Test
  void namesItAlsoWhileItIsTriedOnceMore() {
    assertThat(next(ready().dropRunsAfterFailures(JUST_NOW, 3)))
        .isEqualTo(next(ready().dropFailed(JUST_NOW, 3)));
  }

  @Test
  void sendsADropAgainHoweverOftenItFailed() {
    assertThat(next(ready().dropFailed(LONG_AGO, 100))).isEqualTo(new Drop(true));
  }

  @Test
  void takesADropForAnHonestOneThatFailedBeforeAndRunsForLong() {
    assertThat(next(ready().dropRunsAfterFailures(LONG_AGO, 3))).isInstanceOf(AwaitDrop.class);
  }
}
