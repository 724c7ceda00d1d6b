package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Decisions.END_ALL;
import static dev.pgdb.postgres.deletion.Decisions.next;
import static dev.pgdb.postgres.deletion.Decisions.ready;
import static dev.pgdb.postgres.deletion.Decisions.shut;
import static dev.pgdb.postgres.deletion.Snapshots.ANOTHERS_COMMENT;
import static dev.pgdb.postgres.deletion.Snapshots.NOW;
import static dev.pgdb.postgres.deletion.Snapshots.client;
import static dev.pgdb.postgres.deletion.Snapshots.database;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.deletion.DeletionStep.*;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is decided once the database is empty: it is renamed, and dropped. */
class DeletionDecisionOnBurialTest {
  @Test
  void leavesBeforeItBuries() {
    assertThat(next(shut().inside(true))).isEqualTo(new LeaveDatabase());
  }

  @Test
  void buriesBeforeTheEyesOfItsClientsWhereSomebodyKeepsOpeningTheDoor() {
    assertThat(reopened(database().backends(client(true)))).isEqualTo(new Bury());
  }

  @Test
  void leavesBeforeItBuriesBehindADoorThatSomebodyKeepsOpening() {
    assertThat(reopened(database().backends(client(true)).inside(true)))
        .isEqualTo(new LeaveDatabase());
  }

  @Test
  void looksAgainWhereBurialBehindAnOpenDoorHasFailed() {
    var seen = database().backends(client(true)).see();
    Set<Class<? extends DeletionStep>> tried =
        Set.of(EnterDatabase.class, CloseDoor.class, TerminateSessions.class, Bury.class);
    assertThat(DeletionDecision.decide(seen, END_ALL, tried, NOW))
        .isEqualTo(new AwaitSessions(List.of()));
  }

  private static DeletionStep reopened(Snapshots seen) {
    Set<Class<? extends DeletionStep>> tried =
        Set.of(EnterDatabase.class, CloseDoor.class, TerminateSessions.class);
    return DeletionDecision.decide(seen.see(), END_ALL, tried, NOW);
  }

  @Test
  void buriesBeforeItDrops() {
    assertThat(next(shut())).isEqualTo(new Bury());
  }

  @Test
  void dropsWithoutBurialWhereItMayNotRename() {
    assertThat(next(shut().rights(true, false, true, true))).isInstanceOf(Drop.class);
  }

  /** A change gives up soon, and shows whether anybody really is in the way. */
  @Test
  void changesOnceMoreBeforeADropThatMightWaitForTheRow() {
    Snapshots seen = shut().rights(true, false, true, true).rowLock(RowLock.PERHAPS);
    assertThat(next(seen)).isInstanceOf(CloseDoor.class);
    assertThat(next(seen, CloseDoor.class)).isInstanceOf(Drop.class);
  }

  @Test
  void dropsNothingWhileAChangeWaitsInVain() {
    Snapshots seen = shut().rights(true, false, true, true).rowLock(RowLock.MET);
    assertThat(next(seen)).isInstanceOf(CloseDoor.class);
    assertThat(next(seen, CloseDoor.class)).isInstanceOf(AwaitLock.class);
  }

  @Test
  void saysThatItIsLockedOutWhereTheBurialWaitsInVain() {
    Snapshots seen = shut().rowLock(RowLock.MET);
    assertThat(next(seen, Bury.class)).isInstanceOf(AwaitLock.class);
  }

  /** Who keeps the row locked may be one of them. */
  @Test
  void endsTheSessionsWhileAChangeWaitsInVain() {
    Snapshots seen = database().granted(true).backends(client(true)).rowLock(RowLock.MET);
    assertThat(next(seen, Set.of(EnterDatabase.class, CloseDoor.class, RevokeConnect.class)))
        .isInstanceOf(TerminateSessions.class);
  }

  @Test
  void namesWhatKeepsItOutWhereItHasToGetIn() {
    var noWay = new NoWayIn("orders", "pgdb", "FATAL");
    assertThat(next(shut().prepared(true).met(noWay), ReenterDatabase.class))
        .isEqualTo(new AwaitSessions(List.of(noWay)));
  }

  @Test
  void saysNothingOfAWayInThatItDoesNotNeed() {
    var noWay = new NoWayIn("orders", "pgdb", "FATAL");
    assertThat(next(shut().met(noWay), Bury.class)).isEqualTo(new AwaitSessions(List.of()));
  }

  @Test
  void awaitsItsDropAlsoWhenAnotherResourceClaimsTheDatabaseMeanwhile() {
    assertThat(next(ready().comment(ANOTHERS_COMMENT).dropRunning()))
        .isEqualTo(new AwaitDrop(List.of()));
  }

  @Test
  void dropsNothingUnderItsOwnNameWhileTheDoorIsOpen() {
    assertThat(next(database().rights(true, false, true, true), CloseDoor.class))
        .isEqualTo(new AwaitSessions(List.of()));
  }

  @ParameterizedTest
  @CsvSource({
    "120022, true, false",
    "130023, true, true",
    "180006, true, true",
    "180006, false, false"
  })
  void forcesWhereOnlyASuperuserMayEndEverybody(int version, boolean superuser, boolean force) {
    assertThat(next(ready().version(version).superuser(superuser))).isEqualTo(new Drop(force));
  }

  @Test
  void dropsAnInvalidDatabaseAtOnce() {
    assertThat(next(database().invalid(true).template(true).granted(true)))
        .isInstanceOf(Drop.class);
  }

  @Test
  void leavesAnInvalidDatabaseBeforeItDropsIt() {
    assertThat(next(database().invalid(true).inside(true))).isEqualTo(new LeaveDatabase());
  }
}
