package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import dev.pgdb.testbed.TestPostgres;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What Kubernetes and Prometheus ask of the process. */
class HealthEndpointIT {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private static ControlPlane cluster;

  @BeforeAll
  static void startCluster() {
    cluster = ControlPlane.start();
    Crds.install(cluster.client());
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @Test
  void aStartedOperatorIsAliveAndReadyAndCounts() throws Exception {
    var tenant = new Tenant(cluster);
    try (var operator = OperatorProcessUnderTest.start(cluster)) {
      tenant.applyServer("main", TestPostgres.shared("18"));
      tenant.applyServer("nowhere", 1, "nobody", "nothing");
      tenant.createDatabase(tenant.namespace() + "-health", "main", null);
      tenant.applyDatabase("never", "nowhere", null);

      Awaitility.await()
          .untilAsserted(
              () ->
                  assertThat(operator.get("/metrics").body())
                      .contains("pgdb_databases{ready=\"true\"} 1.0")
                      .contains("pgdb_databases{ready=\"false\"} 1.0")
                      .contains("pgdb_server_up{server=\"" + tenant.namespace() + "/main\"} 1.0")
                      .contains("pgdb_server_up{server=\"" + tenant.namespace() + "/nowhere\"} 0.0")
                      .contains("jvm_memory_used_bytes"));
      assertThat(operator.get("/livez").statusCode()).isEqualTo(200);
      assertThat(operator.get("/readyz").statusCode()).isEqualTo(200);
      assertThat(operator.get("/readyz/not").statusCode()).isEqualTo(404);
      assertThat(operator.get("/").statusCode()).isEqualTo(404);
    }
  }

  @Test
  void countsDeletionsAndWhatStandsInTheirWay() throws Exception {
    var tenant = new Tenant(cluster);
    var postgres = TestPostgres.shared("18");
    String orders = tenant.namespace() + "-counted";
    try (var operator = OperatorProcessUnderTest.start(cluster);
        var client = postgres.connect("postgres");
        var statement = client.createStatement()) {
      tenant.applyServer("main", postgres);
      tenant.createDatabase(orders, "main", null);
      client.setAutoCommit(false);
      statement.execute("COMMENT ON DATABASE \"" + orders + "\" IS 'in an open transaction'");

      tenant.delete(orders);

      awaitMetric(operator, "pgdb_deletion_blocked{type=\"ForeignLock\"} 1");
      client.rollback();
      tenant.awaitGone(orders);
      awaitMetric(operator, "pgdb_deletions_total{result=\"dropped\"} 1.0");
      assertThat(operator.get("/metrics").body())
          .contains("pgdb_deletion_duration_seconds_count 1")
          .contains("pgdb_sessions_terminated_total 0.0")
          .doesNotContain("pgdb_deletion_blocked{");
    }
  }

  private static void awaitMetric(OperatorProcessUnderTest operator, String line) {
    Awaitility.await(line)
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(operator.get("/metrics").body()).contains(line));
  }

  @Test
  void aReplicaThatStandsByIsReadyTooAndTakesOver() throws Exception {
    try (var first = OperatorProcessUnderTest.start(cluster, "--leader-election");
        var second = OperatorProcessUnderTest.launch(cluster, "--leader-election")) {
      awaitLine(first, "Leading");
      second.awaitReady();
      assertThat(second.output()).doesNotContain("Leading");
      assertThat(second.get("/livez").statusCode()).isEqualTo(200);

      Duration ending = first.terminate();

      assertThat(ending).isLessThan(GRACE);
      awaitLine(second, "Leading");
      assertThat(second.terminate()).isLessThan(GRACE);
    }
  }

  private static void awaitLine(OperatorProcessUnderTest operator, String text) {
    Awaitility.await(text)
        .atMost(Duration.ofSeconds(40))
        .until(() -> operator.output().contains(text));
  }
}
