package dev.pgdb.postgres.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Creating;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Delayed;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Provisioned;
import dev.pgdb.testbed.TestPostgres;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A database is nobody's to use before it has its name, its owner and its claim. */
class CreationIT {
  private static final String PASSWORD = "let me in";

  private final String name = "created_" + UUID.randomUUID().toString().substring(0, 8);
  private final Claim claim = new Claim("shop/" + name, UUID.randomUUID().toString());
  private final String early = DatabaseName.whileCreated(claim);

  @ParameterizedTest
  @CsvSource({
    "9.6, SUPERUSER",
    "13, CREATEDB CREATEROLE NOINHERIT",
    "18, SUPERUSER",
    "18, CREATEDB CREATEROLE"
  })
  void nobodyGetsInBeforeItIsFinished(String release, String rights) throws Exception {
    var postgres = TestPostgres.shared(release);
    String admin = "admin_of_" + name;
    postgres.execute(
        "postgres", "CREATE ROLE " + admin + " LOGIN PASSWORD '" + PASSWORD + "' " + rights);
    try (var run = new ProvisioningRun(postgres, admin, PASSWORD)) {
      DesiredDatabase desired = ProvisioningRun.database(name, claim);
      assertThat(run.pass(desired)).isInstanceOf(Creating.class);
      run.awaitCreated();

      assertThatThrownBy(() -> postgres.connect(early))
          .hasMessageContaining("not currently accepting connections");

      assertThat(run.provision(desired))
          .isInstanceOfSatisfying(
              Provisioned.class, provisioned -> assertThat(provisioned.created()).isTrue());
      postgres.connect(name).close();
    }
    postgres.execute(
        "postgres", "DROP DATABASE " + name, "DROP ROLE " + name, "DROP ROLE " + admin);
  }

  /** A superuser may open it. */
  @Test
  void waitsForWhoeverHasGotInAllTheSame() throws Exception {
    var postgres = TestPostgres.shared("18");
    try (var run = new ProvisioningRun(postgres)) {
      DesiredDatabase desired = ProvisioningRun.database(name, claim);
      assertThat(run.pass(desired)).isInstanceOf(Creating.class);
      run.awaitCreated();
      postgres.execute("postgres", "ALTER DATABASE \"" + early + "\" ALLOW_CONNECTIONS true");

      try (var client = postgres.connect(early)) {
        assertThat(run.pass(desired))
            .isInstanceOfSatisfying(
                Delayed.class,
                delayed -> assertThat(delayed.why()).contains("accessed by other users"));
        assertThat(client.isValid(1)).isTrue();
      }

      assertThat(run.provision(desired)).isInstanceOf(Provisioned.class);
    }
    postgres.execute("postgres", "DROP DATABASE " + name, "DROP ROLE " + name);
  }
}
