package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.PGConnection;

/** What somebody sees who deletes a database with kubectl while 50 clients reconnect to it. */
class KubectlIT {
  private static final int CLIENTS = 50;
  private static final List<String> MILESTONES =
      List.of("DeletionStarted", "ConnectRevoked", "SessionsTerminated", "Dropped");

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final TestPostgres postgres = TestPostgres.shared("18");
  private final Tenant tenant = new Tenant(cluster);
  private final Kubectl kubectl = new Kubectl(cluster, tenant);
  private final String database = tenant.namespace() + "-kubectl";

  @Test
  void deletesWhileTheStatusMovesAndTellsItsStoryOnce(@TempDir Path folder) throws Exception {
    tenant.applyServer("main", postgres);
    tenant.createDatabase("orders", "main", database);
    Path watched = folder.resolve("watched");
    Process watch =
        kubectl.start(watched, "get", "postgresdatabase", "orders", "-w", "--no-headers");
    try (var clients = storm()) {
      String deleted = kubectl.run("delete", "postgresdatabase", "orders", "--timeout=60s");

      assertThat(deleted).contains("\"orders\" deleted");
      assertThat(tenant.get("orders")).isNull();
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(milestones()).isEqualTo(MILESTONES));
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> clients.refusedClients() == CLIENTS);
    }
    watch.destroy();
    var statuses =
        Files.readString(watched)
            .lines()
            .map(line -> line.split("\\s+", -1)[2])
            .distinct()
            .toList();
    assertThat(statuses).startsWith("Available").hasSizeGreaterThan(2);
  }

  /** As tools for GitOps prune: what a resource owns is taken first, and it only after that. */
  @Test
  void deletesInTheForegroundWhileClientsReconnect() throws Exception {
    tenant.applyServer("main", postgres);
    tenant.createDatabase("orders", "main", database);
    try (var clients = storm()) {
      kubectl.run("delete", "postgresdatabase", "orders", "--cascade=foreground", "--timeout=60s");

      assertThat(kubectl.run("get", "secrets", "-o", "name")).doesNotContain("orders-db");
      Awaitility.await()
          .atMost(Duration.ofSeconds(60))
          .until(() -> clients.refusedClients() == CLIENTS);
    }
    assertThat(
            Bindings.one(
                postgres, "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'"))
        .isEqualTo("0");
  }

  @Test
  void describesHowFarItIsAndWhatItWaitsFor() throws Exception {
    tenant.applyServer("main", postgres);
    tenant.createDatabase("orders", "main", database);
    try (var deaf = postgres.connect(database)) {
      int pid = deaf.unwrap(PGConnection.class).getBackendPID();
      postgres.signal("STOP", pid);
      try {
        kubectl.run("delete", "postgresdatabase", "orders", "--wait=false");
        tenant.awaitStalled("orders", "Blocked");

        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .untilAsserted(
                () ->
                    assertThat(kubectl.run("describe", "postgresdatabase", "orders"))
                        .containsSubsequence("Conditions:", "Events:")
                        .contains("DeafSession", "pid " + pid, "kill -CONT " + pid)
                        .containsSubsequence("DeletionStarted", "ConnectRevoked", "Blocked"));
      } finally {
        postgres.signal("CONT", pid);
      }
    }
    tenant.awaitGone("orders");
  }

  /** The reasons that kubectl get events shows, in its order. */
  private List<String> milestones() throws Exception {
    return kubectl
        .run(
            "get",
            "events",
            "--field-selector=involvedObject.name=orders",
            "-o",
            "custom-columns=:reason",
            "--no-headers")
        .lines()
        .filter(MILESTONES::contains)
        .toList();
  }

  @Test
  void deletesAServerAndItsDatabasesInTheSameMoment(@TempDir Path folder) throws Exception {
    tenant.applyServer("main", postgres);
    Files.writeString(
        folder.resolve("1-server.yaml"),
        kubectl.run("get", "postgresserver", "main", "-o", "yaml"));
    for (String name : List.of("orders", "billing")) {
      tenant.createDatabase(name, "main", database + name);
      Files.writeString(
          folder.resolve("2-" + name + ".yaml"),
          kubectl.run("get", "postgresdatabase", name, "-o", "yaml"));
    }

    kubectl.run("delete", "-f", folder.toString(), "--timeout=60s");

    assertThat(kubectl.run("get", "postgresservers,postgresdatabases", "-o", "name")).isEmpty();
    try (var connection = postgres.connect("postgres");
        var statement =
            connection.prepareStatement("SELECT datname FROM pg_database WHERE datname LIKE ?")) {
      statement.setString(1, database + "%");
      assertThat(statement.executeQuery().next()).isFalse();
    }
  }

  private ReconnectingClients storm() throws Exception {
    var clients =
        ReconnectingClients.against(postgres, database).mixed(CLIENTS).prepareRoles().start();
    clients.awaitAllConnected(Duration.ofSeconds(60));
    return clients;
  }
}
