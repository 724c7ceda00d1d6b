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
import java.util.ArrayList;
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
    var servers = new ArrayList<TestPostgres>();
    try (var cluster = ControlPlane.start()) {
      Crds.install(cluster.client());
      var tenants = new ArrayList<Tenant>();
      for (OnEachServer.Row row : OnEachServer.Row.diagonal()) {
        servers.add(TestPostgres.start(row.release()));
        servers
            .getLast()
            .execute("postgres", "ALTER SYSTEM SET autovacuum = off", "SELECT pg_reload_conf()");
        tenants.add(new Tenant(cluster));
        row.admin().applyServer(tenants.getLast(), servers.getLast());
      }
      List<String> before;
      long begun = System.nanoTime();
      try (var operator = start(cluster)) {
        for (int i = 0; i < DATABASES; i++) {
          for (Tenant tenant : tenants) {
            tenant.applyDatabase("orders-" + i, "main", null);
          }
        }
        String allAreReady =
            "pgdb_databases{ready=\"true\"} " + (double) DATABASES * servers.size();
        await()
            .atMost(CREATED)
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> operator.metrics().contains(allAreReady));
        await()
            .atMost(STARTED)
            .until(
                () ->
                    client(cluster, PostgresServer.class)
                        .allMatch(s -> Integer.valueOf(DATABASES).equals(databasesOf(s))));
        before = versions(cluster);
      }
      System.out.printf(
          "%d databases on each of %d servers created in %d s%n",
          DATABASES, servers.size(), (System.nanoTime() - begun) / 1_000_000_000);
      List<String> transactions = each(servers, NEXT_TRANSACTION);
      List<String> statements = each(servers, TRANSACTIONS);

      try (var operator = start(cluster)) {
        await().atMost(STARTED).until(() -> up(operator) == servers.size());
        Duration enough = Duration.ofSeconds(5).plusMillis(50L * DATABASES);
        await()
            .atMost(enough.multipliedBy(2))
            .pollInterval(Duration.ofSeconds(1))
            .during(enough)
            .until(() -> versions(cluster).equals(before));
        assertThat(up(operator)).isEqualTo(servers.size());
      }

      assertThat(versions(cluster)).isEqualTo(before);
      assertThat(each(servers, NEXT_TRANSACTION)).isEqualTo(transactions);
      System.out.printf(
          "transactions so far: %s, then %s, which only read, for %d databases each%n",
          statements, each(servers, TRANSACTIONS), DATABASES);
    } finally {
      servers.forEach(TestPostgres::close);
    }
  }

  private static long up(PgdbOperator operator) {
    return operator
        .metrics()
        .lines()
        .filter(line -> line.matches("pgdb_server_up\\{.*} 1(\\.0)?"))
        .count();
  }

  private static final String NEXT_TRANSACTION =
      "SELECT txid_snapshot_xmax(txid_current_snapshot())";

  private static final String TRANSACTIONS =
      "SELECT sum(xact_commit + xact_rollback) FROM pg_stat_database";

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

  private static List<String> each(List<TestPostgres> servers, String query) throws SQLException {
    var answers = new ArrayList<String>();
    for (TestPostgres server : servers) {
      answers.add(server.ask("postgres", query));
    }
    return answers;
  }
}
