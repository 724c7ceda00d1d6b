package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.deletion.Torture;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * All that may hold a database up, at once, does not keep its resource from going. Once on two
 * releases; {@code -Dpgdb.test.releases=all -Dpgdb.test.torture.rounds=10} is the full run.
 */
class TortureIT {
  private static final int ROUNDS = Integer.getInteger("pgdb.test.torture.rounds", 1);

  private final ControlPlane cluster = OperatorUnderTest.start();

  static List<String> releases() {
    return Releases.orElse("9.6", "18");
  }

  @ParameterizedTest(name = "PostgreSQL {0}")
  @MethodSource("releases")
  @Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  @SuppressWarnings("try") // that it goes on meanwhile is all that is asked of it
  void deletesADatabaseThatEverythingHolds(String release) throws Exception {
    var postgres = TestPostgres.shared(release);
    var tenant = new Tenant(cluster);
    tenant.applyServer("main", postgres);
    for (int round = 1; round <= ROUNDS; round++) {
      String name = "tortured_" + round;
      String resource = "tortured-" + round;
      tenant.apply(manifest(resource, name));
      long oid = Tenant.oidOf(tenant.awaitReady(resource));
      try (var torture = Torture.of(postgres, name, oid)) {
        long began = System.nanoTime();

        tenant.delete(resource);

        tenant.awaitGone(resource);
        System.out.printf(
            "PostgreSQL %s, torture %d of %d: gone after %d ms%n",
            release, round, ROUNDS, Duration.ofNanos(System.nanoTime() - began).toMillis());
        assertThat(databases(postgres, oid)).isZero();
      }
    }
  }

  private static String manifest(String resource, String name) {
    return """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: %s}
        spec:
          serverRef: {name: main}
          databaseName: %s
          deletion: {foreignLocks: Terminate}
        """
        .formatted(resource, name);
  }

  private static int databases(TestPostgres postgres, long oid) throws SQLException {
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT count(*) FROM pg_database WHERE oid = " + oid)) {
      rows.next();
      return rows.getInt(1);
    }
  }
}
