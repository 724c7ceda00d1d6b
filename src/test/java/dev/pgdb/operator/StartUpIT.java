package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import dev.pgdb.install.ChartServiceAccount;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** An operator that starts where all is well has nothing to write. */
class StartUpIT {
  /** 1000 is the full run. */
  private static final int DATABASES = Integer.getInteger("pgdb.test.databases", 10);

  private static final Duration CREATED = Duration.ofMinutes(20);
  private static final Duration STARTED = Duration.ofSeconds(60);

  @Test
  void writesNothingToTheApiServerAndNothingToPostgres() throws Exception {
    try (var cluster = ControlPlane.start();
        var postgres = TestPostgres.start("18")) {
      Crds.install(cluster.client());
      postgres.execute("postgres", "ALTER SYSTEM SET autovacuum = off", "SELECT pg_reload_conf()");
      var tenant = new Tenant(cluster);
      tenant.applyServer("main", postgres);
      List<String> before;
      long begun = System.nanoTime();
      try (var operator = start(cluster)) {
        for (int i = 0; i < DATABASES; i++) {
          tenant.applyDatabase("orders-" + i, "main", null);
        }
        await()
            .atMost(CREATED)
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> allAreReady(operator.metrics()));
        await()
            .atMost(STARTED)
            .until(
                () ->
                    client(cluster, PostgresServer.class)
                        .allMatch(s -> Integer.valueOf(DATABASES).equals(databasesOf(s))));
        before = versions(cluster);
      }
      System.out.printf(
          "%d databases created in %d s%n", DATABASES, (System.nanoTime() - begun) / 1_000_000_000);
      String transaction = value(postgres, NEXT_TRANSACTION);
      long statements = Long.parseLong(value(postgres, TRANSACTIONS));

      try (var operator = start(cluster)) {
        await().atMost(STARTED).until(() -> operator.metrics().contains("pgdb_server_up{"));
        Duration enough = Duration.ofSeconds(5).plusMillis(50L * DATABASES);
        await()
            .atMost(enough.multipliedBy(2))
            .pollInterval(Duration.ofSeconds(1))
            .during(enough)
            .until(() -> versions(cluster).equals(before));
        assertThat(operator.metrics()).containsPattern("pgdb_server_up\\{.*} 1");
      }

      assertThat(versions(cluster)).isEqualTo(before);
      assertThat(value(postgres, NEXT_TRANSACTION)).isEqualTo(transaction);
      System.out.printf(
          "%d transactions that only read, for %d databases%n",
          Long.parseLong(value(postgres, TRANSACTIONS)) - statements, DATABASES);
    }
  }

  private static final String NEXT_TRANSACTION =
      "SELECT txid_snapshot_xmax(txid_current_snapshot())";

  private static final String TRANSACTIONS =
      "SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database";

  private static boolean allAreReady(String metrics) {
    return metrics.contains("pgdb_databases{ready=\"true\"} " + (double) DATABASES);
  }

  private static PgdbOperator start(ControlPlane cluster) {
    var operator =
        new PgdbOperator(
            ChartServiceAccount.on(cluster).client(),
            new OperatorConfiguration(Set.of(), false, 0, Duration.ofMinutes(10), 10),
            Clock.systemUTC());
    operator.start();
    return operator;
  }

  /** Of everything that the operator might write. */
  private static List<String> versions(ControlPlane cluster) {
    return Stream.of(
            client(cluster, PostgresDatabase.class),
            client(cluster, PostgresServer.class),
            cluster.client().secrets().inAnyNamespace().list().getItems().stream(),
            cluster.client().v1().events().inAnyNamespace().list().getItems().stream()
                .filter(event -> event.getInvolvedObject().getApiVersion().contains("pgdb")))
        .flatMap(all -> all)
        .map(
            object ->
                object.getKind()
                    + object.getMetadata().getName()
                    + object.getMetadata().getResourceVersion())
        .sorted()
        .toList();
  }

  private static <R extends HasMetadata> Stream<R> client(ControlPlane cluster, Class<R> kind) {
    return cluster.client().resources(kind).inAnyNamespace().list().getItems().stream();
  }

  private static @Nullable Integer databasesOf(PostgresServer server) {
    return server.getStatus() == null ? null : server.getStatus().databases();
  }

  private static String value(TestPostgres server, String query) throws SQLException {
    try (var connection = server.connect("postgres");
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
