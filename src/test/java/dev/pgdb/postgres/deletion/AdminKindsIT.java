package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.CreateFailed;
import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Admins that may create roles live with what they have created: {@link HoldersIT} has the rest.
 */
@ParameterizedClass(name = "PostgreSQL {0}")
@MethodSource("releases")
class AdminKindsIT {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final String PASSWORD = "let me in";

  private final TestPostgres server;
  private final Catalog catalog;
  private final int number = COUNT.incrementAndGet();
  private final String admin = "admin_" + number;

  static List<String> releases() {
    return Releases.orElse("9.6", "13", "15", "16", "18");
  }

  AdminKindsIT(String release) {
    server = TestPostgres.shared(release);
    catalog = new Catalog(server);
  }

  @Test
  void creatorOfRolesCreatesAndDeletesADatabaseWithAnOwnerOfItsOwn() throws Exception {
    login("CREATEDB CREATEROLE");
    try (var run = asAdmin()) {
      DatabaseIdentity identity = run.create("own_" + number);
      assertThat(
              catalog.rows(
                  "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE oid = " + oid(identity)))
          .containsExactly("own_" + number);
      server.execute("postgres", "ALTER ROLE own_" + number + " PASSWORD '" + PASSWORD + "'");
      try (var client = server.connect(identity.name(), "own_" + number, PASSWORD)) {
        assertThat(run.delete(identity)).isInstanceOf(Gone.class);
        assertThat(client.isValid(1)).isFalse();
      }
      assertThat(catalog.named(oid(identity))).isEmpty();
    }
  }

  @Test
  void creatorThatDoesNotInheritCreatesADatabaseWithAnOwnerOfItsOwn() throws Exception {
    login("NOINHERIT CREATEDB CREATEROLE");
    try (var run = asAdmin()) {
      DatabaseIdentity identity = run.create("alien_" + number);
      assertThat(run.delete(identity)).isInstanceOf(Gone.class);
      assertThat(catalog.named(oid(identity))).isEmpty();
    }
  }

  @Test
  void saysWhichRoleCannotBeCreated() throws Exception {
    login("CREATEDB");
    try (var run = asAdmin()) {
      var claimed = new DatabaseIdentity("no_" + number, DeletionRun.someClaim("no"), null);

      assertThat(run.provision(claimed, "nobody_" + number))
          .isInstanceOfSatisfying(
              CreateFailed.class, failed -> assertThat(failed.why()).contains("nobody_" + number));
    }
  }

  private DeletionRun asAdmin() {
    return new DeletionRun(server, admin, PASSWORD, Clock.systemUTC());
  }

  private void login(String attributes) throws SQLException {
    server.execute(
        "postgres", "CREATE ROLE %s LOGIN PASSWORD '%s' %s".formatted(admin, PASSWORD, attributes));
  }

  private static long oid(DatabaseIdentity identity) {
    return requireNonNull(identity.recorded()).oid();
  }
}
