package dev.pgdb.postgres.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.ServerMessage;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.CreateFailed;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Provisioned;
import dev.pgdb.testbed.TestPostgres;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What an admin lacks to give a database to a role that exists is named, and then it can. */
class OwnerRefusalIT {
  private static final String PASSWORD = "let me in";
  private static final Pattern REMEDY =
      Pattern.compile("(?s)What helps, by somebody who may: (.*)");

  private final String name = "given_" + UUID.randomUUID().toString().substring(0, 8);
  private final String admin = "admin_of_" + name;
  private final Claim claim = new Claim("shop/" + name, UUID.randomUUID().toString());

  @ParameterizedTest
  @ValueSource(strings = {"9.6", "15", "16", "18"})
  void aRoleThatWasThereBefore(String release) throws Exception {
    var postgres = TestPostgres.shared(release);
    createAdmin(postgres, "CREATEDB");
    postgres.execute("postgres", "CREATE ROLE " + name);

    helpsWhatIsNamed(postgres);
  }

  /** As if another admin had created it. */
  @ParameterizedTest
  @ValueSource(strings = {"16", "18"})
  void aRoleThatAnotherAdminHasCreated(String release) throws Exception {
    var postgres = TestPostgres.shared(release);
    createAdmin(postgres, "CREATEDB CREATEROLE");
    postgres.execute(
        "postgres",
        "CREATE ROLE " + name,
        "COMMENT ON ROLE " + name + " IS '" + claim.addedTo(null) + "'",
        "GRANT " + name + " TO " + admin);

    helpsWhatIsNamed(postgres);
  }

  /** Whose password it may not change any more. */
  @ParameterizedTest
  @ValueSource(strings = {"9.6", "15", "16", "18"})
  void aRoleThatItHasCreatedWhenItStillMight(String release) throws Exception {
    var postgres = TestPostgres.shared(release);
    createAdmin(postgres, "CREATEDB");
    postgres.execute(
        "postgres",
        "CREATE ROLE " + name,
        "COMMENT ON ROLE " + name + " IS '" + claim.addedTo(null) + "'",
        "GRANT " + name + " TO " + admin);

    helpsWhatIsNamed(postgres);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9.6", "18"})
  void aRoleThatItMayNotCreate(String release) throws Exception {
    var postgres = TestPostgres.shared(release);
    createAdmin(postgres, "CREATEDB");

    helpsWhatIsNamed(postgres);
  }

  private void createAdmin(TestPostgres postgres, String rights) throws Exception {
    postgres.execute(
        "postgres", "CREATE ROLE " + admin + " LOGIN PASSWORD '" + PASSWORD + "' " + rights);
  }

  private void helpsWhatIsNamed(TestPostgres postgres) throws Exception {
    try (var run = new ProvisioningRun(postgres, admin, PASSWORD)) {
      DesiredDatabase desired = ProvisioningRun.database(name, claim);

      ProvisioningOutcome outcome = run.provision(desired);

      assertThat(outcome).isInstanceOf(CreateFailed.class);
      String why = ((CreateFailed) outcome).why();
      assertThat(why).contains(name);
      assertThat(ServerMessage.firstLine(why)).doesNotContain(admin, "GRANT", "ALTER");
      Matcher remedy = REMEDY.matcher(why);
      assertThat(remedy.find()).as(why).isTrue();
      postgres.execute("postgres", remedy.group(1));
      assertThat(run.provision(desired)).isInstanceOf(Provisioned.class);
    }
    postgres.execute(
        "postgres", "DROP DATABASE " + name, "DROP ROLE " + name, "DROP ROLE " + admin);
  }
}
