package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Decisions.END_ALL;
import static dev.pgdb.postgres.deletion.Decisions.WAIT_FOR_ALL;
import static dev.pgdb.postgres.deletion.Decisions.draining;
import static dev.pgdb.postgres.deletion.Decisions.next;
import static dev.pgdb.postgres.deletion.Decisions.ready;
import static dev.pgdb.postgres.deletion.Decisions.shut;
import static dev.pgdb.postgres.deletion.Snapshots.ANOTHERS_COMMENT;
import static dev.pgdb.postgres.deletion.Snapshots.GRANT;
import static dev.pgdb.postgres.deletion.Snapshots.LONG_AGO;
import static dev.pgdb.postgres.deletion.Snapshots.client;
import static dev.pgdb.postgres.deletion.Snapshots.database;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.deletion.DeletionStep.*;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is decided until the database is empty. */
class DeletionDecisionTest {
  @Test
  void isDoneWhenTheDatabaseIsGone() {
    assertThat(next(database().gone())).isEqualTo(new Gone());
  }

  @Test
  void touchesNothingOnAStandby() {
    assertThat(next(ready().onStandby())).isEqualTo(new Standby());
  }

  @Test
  void touchesNothingOnAnotherCluster() {
    assertThat(next(ready().onAnotherCluster())).isEqualTo(new OtherCluster("1"));
  }

  @Test
  void doesNotTakeAbsenceFromAStandbyForGone() {
    assertThat(next(database().gone().onStandby())).isEqualTo(new Standby());
  }

  @Test
  void leavesADatabaseAloneThatAnotherResourceClaims() {
    assertThat(next(ready().comment(ANOTHERS_COMMENT)))
        .isEqualTo(new NotOurs("it is claimed by billing/orders"));
  }

  @Test
  void touchesNoDatabaseThatAnotherAdminLivesIn() {
    assertThat(next(database().named("home"), END_ALL.sparing(Set.of("home"))))
        .isEqualTo(new Blocked(List.of(new ReservedDatabase("home", true))));
    assertThat(next(database().named("home").gone(), END_ALL.sparing(Set.of("home"))))
        .isEqualTo(new Gone());
  }

  @Test
  void putsTheClaimBackBeforeItChangesAnything() {
    assertThat(next(database().comment("Orders.").granted(true))).isEqualTo(new Reclaim());
  }

  @ParameterizedTest
  @ValueSource(strings = {"postgres", "template1", "rdsadmin"})
  void touchesNoDatabaseThatHasComeToBearAReservedName(String name) {
    assertThat(next(database().named(name)))
        .isEqualTo(new Blocked(List.of(new ReservedDatabase(name, name.equals("postgres")))));
  }

  @Test
  void asksForTheMissingPrivilegeBeforeItTriesAnything() {
    assertThat(next(database().rights(false, false, false, true)))
        .isEqualTo(
            new Blocked(
                List.of(new MissingPrivilege("orders", "app", new AdminRole("pgdb", true)))));
  }

  @Test
  void revokesConnectAndClosesTheDoorAtOnce() {
    assertThat(next(database().granted(true))).isEqualTo(new CloseDoor(List.of(GRANT)));
  }

  @Test
  void revokesWhatIsGrantedBehindTheClosedDoor() {
    assertThat(next(shut().granted(true))).isEqualTo(new RevokeConnect(List.of(GRANT)));
  }

  @Test
  void goesOnWhoeverGrantsConnectAgain() {
    assertThat(next(shut().granted(true).backends(client(true)), RevokeConnect.class))
        .isInstanceOf(TerminateSessions.class);
  }

  @Test
  void takesTheTemplateFlagAway() {
    assertThat(next(shut().template(true))).isEqualTo(new CloseDoor(List.of()));
  }

  @Test
  void getsInBeforeItClosesTheDoorOnWhatCanBeEndedOnlyInside() {
    assertThat(next(database().prepared(true).granted(true))).isEqualTo(new EnterDatabase());
  }

  @Test
  void getsInWhereClientsMayStillPrepare() {
    assertThat(next(database().backends(client(true)))).isEqualTo(new EnterDatabase());
  }

  @Test
  void staysOutsideWhereNothingCanBePrepared() {
    assertThat(next(database().backends(client(true)).rights(true, true, true, false)))
        .isEqualTo(new CloseDoor(List.of()));
  }

  @Test
  void terminatesOnceTheDoorIsClosed() {
    assertThat(next(shut().backends(client(true)))).isInstanceOf(TerminateSessions.class);
  }

  @Test
  void letsSessionsFinishWhileItDrains() {
    assertThat(next(shut().backends(client(true)), draining())).isInstanceOf(Drain.class);
  }

  @Test
  void doesNotDrainWithTheDoorOpen() {
    assertThat(next(database().backends(client(true)).inside(true), draining()))
        .isEqualTo(new CloseDoor(List.of()));
  }

  @Test
  void waitsForSessionsThatWereToldToEnd() {
    assertThat(next(shut().backends(client(true)), TerminateSessions.class))
        .isEqualTo(new AwaitSessions(List.of()));
  }

  @Test
  void namesTheSessionThatItMayNotEnd() {
    assertThat(next(shut().backends(client(false))))
        .isEqualTo(new Blocked(List.of(new ForbiddenSession(client(false), "pgdb"))));
  }

  @Test
  void namesTheSessionThatDoesNotReact() {
    assertThat(next(shut().deafClient(), TerminateSessions.class))
        .isEqualTo(new Blocked(List.of(new DeafSession(client(true), LONG_AGO))));
  }

  @Test
  void rollsBackWhatIsPreparedOnceNobodyCanPrepareMore() {
    assertThat(next(shut().prepared(true).inside(true))).isInstanceOf(RollBackPrepared.class);
  }

  @Test
  void getsInAgainWhereItIsOutside() {
    assertThat(next(shut().prepared(true))).isEqualTo(new ReenterDatabase());
  }

  @Test
  void dropsSubscriptionsFromInside() {
    assertThat(next(shut().subscribed(true).inside(true))).isInstanceOf(DropSubscriptions.class);
  }

  @Test
  void keepsTheDoorOpenForWhoHasToEndAPreparedTransaction() {
    DeletionStep step = next(database().prepared(true).granted(true), WAIT_FOR_ALL);
    assertThat(step).isInstanceOf(Blocked.class);
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void waitsForWhatThePolicyWantsToKeep(boolean open) {
    Snapshots seen = database().doorOpen(open).prepared(true).subscribed(true).slots(true);
    assertThat(((Blocked) next(seen, WAIT_FOR_ALL)).blockers())
        .extracting(Blocker::type)
        .containsExactly("PreparedTransaction", "Subscription", "ReplicationSlot");
  }

  @Test
  void waitsForWhatItMayNotEnd() {
    assertThat(((Blocked) next(shut().prepared(false).subscribed(false))).blockers())
        .extracting(Blocker::type)
        .containsExactly("PreparedTransaction", "Subscription");
  }

  @ParameterizedTest
  @CsvSource({"90624, DropSlots", "100023, LeaveDatabase"})
  void dropsSlotsItselfWhereTheyDoNotGoWithTheDatabase(int version, String step) {
    assertThat(next(shut().slots(true).version(version).inside(true)).getClass().getSimpleName())
        .isEqualTo(step);
  }
}
