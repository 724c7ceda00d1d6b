package dev.pgdb.postgres.provisioning;

import static dev.pgdb.postgres.provisioning.SharedRows.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseIdentity.Recorded;
import dev.pgdb.postgres.provisioning.OwnerLogin.Unknown;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Provisioned;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** A look at all databases is relied upon as long as it is true, and no longer. */
class ServerSnapshotTest {
  private static final Duration LONGEST = Duration.ofMinutes(20);
  private static final SharedRow UNMARKED = with(owner(RoleComment.NONE, true, false));
  private static final Provisioned AS_IT_IS =
      new Provisioned(DATABASE, false, new Unknown("orders"), List.of());

  private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
  private final InstantSource time = now::get;
  private final Clock clock = time.withZone(ZoneOffset.UTC);
  private final ServerSnapshot snapshot = new ServerSnapshot(clock);

  @Test
  void aDatabaseThatIsAsItShallBeNeedsNoPass() throws SQLException {
    take(UNMARKED);

    assertThat(settled(DESIRED)).contains(AS_IT_IS);
    assertThat(snapshot.differs(DESIRED)).isFalse();
  }

  @Test
  void withoutALookNothingIsKnown() {
    assertThat(settled(DESIRED)).isEmpty();
    assertThat(snapshot.differs(DESIRED)).isFalse();
  }

  @Test
  void oneThatDiffersNeedsAPass() throws SQLException {
    take(limitedTo(7));

    assertThat(settled(DESIRED)).isEmpty();
    assertThat(snapshot.differs(DESIRED)).isTrue();
  }

  @Test
  void oneThatIsNotThereAnyMoreNeedsAPass() throws SQLException {
    take();

    assertThat(settled(DESIRED)).isEmpty();
    assertThat(snapshot.differs(DESIRED)).isTrue();
  }

  @Test
  void whatIsInADatabaseCannotBeSeenFromOutside() throws SQLException {
    var content = new DesiredContent(List.of(new DesiredContent.Schema("app", null)), List.of());
    var desired = desired(DESIRED.identity(), "orders", false, content);
    take(UNMARKED);

    assertThat(settled(desired)).isEmpty();
    assertThat(snapshot.differs(desired)).isFalse();
  }

  @Test
  void oneThatWasNeverRecordedIsNotLookedUp() throws SQLException {
    take(UNMARKED);

    var unrecorded = desired(identity -> new DatabaseIdentity(identity.name(), CLAIM, null));

    assertThat(settled(unrecorded)).isEmpty();
    assertThat(snapshot.differs(unrecorded)).isFalse();
  }

  @Test
  void anotherClusterSaysNothing() throws SQLException {
    take(UNMARKED);

    var elsewhere =
        desired(
            identity -> new DatabaseIdentity(identity.name(), CLAIM, new Recorded(OID, "9999")));

    assertThat(settled(elsewhere)).isEmpty();
    assertThat(snapshot.differs(elsewhere)).isFalse();
  }

  @Test
  void aPassAtTheDatabaseMakesTheLookWorthlessUntilTheNext() throws SQLException {
    take(limitedTo(7));
    snapshot.passed(DESIRED, AS_IT_IS);
    assertThat(snapshot.differs(DESIRED)).isFalse();
    take(UNMARKED);
    snapshot.passed(DESIRED, null);
    assertThat(settled(DESIRED)).isEmpty();

    take(UNMARKED);

    assertThat(settled(DESIRED)).contains(AS_IT_IS);
  }

  @Test
  void aPassDuringTheLookMakesItWorthless() throws SQLException {
    snapshot.take(
        SERVER,
        () -> {
          snapshot.passed(DESIRED, AS_IT_IS);
          return List.of(UNMARKED);
        });

    assertThat(settled(DESIRED)).isEmpty();
    assertThat(snapshot.differs(DESIRED)).isFalse();
  }

  @Test
  void aPassAtAnotherDatabaseOfTheOwnerMakesItWorthless() throws SQLException {
    var another = new DatabaseIdentity("invoices", ANOTHER, new Recorded(OID + 1, "7401"));
    take(UNMARKED);

    snapshot.passed(desired(another, "somebody", false, DesiredContent.NONE), null);
    assertThat(settled(DESIRED)).isPresent();
    snapshot.passed(desired(another, "orders", false, DesiredContent.NONE), null);
    assertThat(settled(DESIRED)).isEmpty();
  }

  @Test
  void aLookThatFailedLeavesNothingToRelyOn() throws SQLException {
    take(UNMARKED);

    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(
            () ->
                snapshot.take(
                    SERVER,
                    () -> {
                      throw new SQLException("the connection is lost");
                    }));

    assertThat(settled(DESIRED)).isEmpty();
  }

  @Test
  void aLookThatIsTooOldIsNotReliedUpon() throws SQLException {
    take(UNMARKED);

    now.set(Instant.EPOCH.plus(LONGEST));
    assertThat(settled(DESIRED)).isPresent();
    now.set(Instant.EPOCH.plus(LONGEST).plusMillis(1));
    assertThat(settled(DESIRED)).isEmpty();
  }

  private void take(SharedRow... rows) throws SQLException {
    snapshot.take(SERVER, () -> List.of(rows));
  }

  private Optional<Provisioned> settled(DesiredDatabase desired) {
    return snapshot.settled(desired, new KeptPasswords(), LONGEST);
  }
}
