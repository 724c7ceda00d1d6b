package dev.pgdb.postgres.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.provisioning.DesiredContent.Extension;
import dev.pgdb.postgres.provisioning.DesiredContent.Schema;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Provisioned;
import dev.pgdb.testbed.TestPostgres;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** An admin that is a member of the owner and does not inherit its rights acts as the owner. */
class AdminWithoutInheritIT {
  private static final String PASSWORD = "let me in";

  private final String name = "uninherited_" + UUID.randomUUID().toString().substring(0, 8);
  private final Claim claim = new Claim("shop/" + name, UUID.randomUUID().toString());

  @ParameterizedTest
  @ValueSource(strings = {"13", "15"})
  void createsWhatIsInTheDatabaseAndMendsIt(String release) throws Exception {
    var postgres = TestPostgres.shared(release);
    String admin = "admin_of_" + name;
    postgres.execute(
        "postgres",
        "CREATE ROLE %s LOGIN PASSWORD '%s' NOINHERIT CREATEDB CREATEROLE"
            .formatted(admin, PASSWORD));
    try (var run = new ProvisioningRun(postgres, admin, PASSWORD)) {
      var content =
          new DesiredContent(
              List.of(new Schema("app", null)), List.of(new Extension("hstore", null, "app")));
      assertThat(differences(run.provision(ProvisioningRun.database(name, claim, content))))
          .isEmpty();
      postgres.execute("postgres", "ALTER DATABASE " + name + " CONNECTION LIMIT 3");
      postgres.execute(name, "DROP SCHEMA app CASCADE");

      assertThat(differences(run.provision(ProvisioningRun.database(name, claim, content))))
          .isEmpty();

      assertThat(
              postgres.ask(
                  name,
                  "SELECT pg_get_userbyid(nspowner) || ' ' || extname || ' ' || datconnlimit FROM"
                      + " pg_namespace n JOIN pg_extension ON extnamespace = n.oid, pg_database"
                      + " WHERE nspname = 'app' AND datname = current_database()"))
          .isEqualTo(name + " hstore -1");
    }
    postgres.execute(
        "postgres", "DROP DATABASE " + name, "DROP ROLE " + name, "DROP ROLE " + admin);
  }

  private static List<Difference> differences(ProvisioningOutcome outcome) {
    assertThat(outcome).isInstanceOf(Provisioned.class);
    return ((Provisioned) outcome).differences();
  }
}
