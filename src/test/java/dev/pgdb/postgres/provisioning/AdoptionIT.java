package dev.pgdb.postgres.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Addresses;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.LongStatements;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Of two that adopt one database at once, one gets it. */
class AdoptionIT {
  private static final String NAME = "adopted_once";
  private static final Claim OTHER = new Claim("other/adopter", "4711");

  private final ExecutorService threads = Executors.newCachedThreadPool();

  @ParameterizedTest
  @ValueSource(strings = {"9.6", "13", "18"})
  void leavesADatabaseToTheOtherResourceThatClaimsItAtTheSameMoment(String release)
      throws Exception {
    var postgres = TestPostgres.shared(release);
    postgres.execute("postgres", "CREATE DATABASE " + NAME);
    try (var sessions = new AdminSessions(Addresses.of(postgres), 4, Clock.systemUTC());
        var other = postgres.connect("postgres");
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute(
          "COMMENT ON DATABASE " + NAME + " IS '" + OTHER.addedTo("The books.") + "'");

      var adoption = CompletableFuture.supplyAsync(() -> adopt(sessions), threads);
      Awaitility.await().until(() -> waits(postgres));
      other.commit();

      assertThat(adoption.get()).isInstanceOf(ProvisioningOutcome.Delayed.class);
      assertThat(adopt(sessions))
          .isInstanceOfSatisfying(
              ProvisioningOutcome.Claimed.class,
              claimed -> assertThat(claimed.by()).isEqualTo(OTHER));
    } finally {
      postgres.execute("postgres", "DROP DATABASE " + NAME);
      threads.shutdown();
    }
  }

  private ProvisioningOutcome adopt(AdminSessions sessions) {
    var identity = new DatabaseIdentity(NAME, new Claim("shop/adopter", "1147"), null);
    var desired =
        new DesiredDatabase(
            identity, "nobody", true, true, null, null, null, null, null, -1, DesiredContent.NONE);
    var statements = new LongStatements(sessions, threads, Clock.systemUTC());
    try {
      return new DatabaseProvisioning(sessions, statements, Clock.systemUTC())
          .pass(desired, new KeptPasswords(), () -> true, () -> {});
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private static boolean waits(TestPostgres postgres) throws SQLException {
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT FROM pg_stat_activity WHERE query LIKE '%COMMENT ON DATABASE%'"
                    + " AND pid IN (SELECT pid FROM pg_locks WHERE NOT granted)")) {
      return rows.next();
    }
  }
}
