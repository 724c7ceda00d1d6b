package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import dev.pgdb.testbed.TestPostgres.StopMode;
import io.fabric8.kubernetes.api.model.Condition;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A server of two hosts, a primary and a standby that streams from it. */
@OnEachServer(diagonal = true)
class FailoverIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final Duration LESS_THAN_A_TIMEOUT = Duration.ofSeconds(8);

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final Tenant tenant = new Tenant(cluster);
  private final String release;
  private final AdminKind admin;

  FailoverIT(String release, AdminKind admin) {
    this.release = release;
    this.admin = admin;
  }

  @Test
  void aDeletionThatTheFailoverInterruptsEndsOnTheNewPrimary() throws Exception {
    try (var primary = TestPostgres.start(release);
        var standby = primary.standby()) {
      String role = admin.createRole(tenant, primary);
      server("127.0.0.1,127.0.0.2", primary.port(), 4);
      tenant.apply(
          """
          apiVersion: pgdb.dev/v1
          kind: PostgresDatabase
          metadata: {name: orders}
          spec: {serverRef: {name: main}, deletion: {preparedTransactions: Wait}}
          """);
      long oid = Tenant.oidOf(tenant.awaitReady("orders"));
      primary.execute("orders", "BEGIN", "CREATE TABLE t ()", "PREPARE TRANSACTION 'left over'");
      primary.execute("postgres", "GRANT pg_signal_backend TO \"" + role + '"');
      var owner = new Bindings(cluster, tenant).entries("orders-db");
      try (var clients = admin.clients(20, primary, "orders", owner).prepareRoles().start()) {
        clients.awaitAllConnected(SOON);
        tenant.delete("orders");
        tenant.awaitReason("orders", "Blocked");
        awaitReplay(primary, standby);

        primary.stop(StopMode.SIGKILL);
        tenant.awaitStalled("orders", "ServerUnreachable");
        standby.execute("postgres", "SELECT pg_promote()");
      }

      try (var clients = admin.clients(20, standby, "orders", owner).start()) {
        tenant.awaitReason("orders", "Blocked");
        standby.execute("orders", "ROLLBACK PREPARED 'left over'");
        tenant.awaitGone("orders");
        assertThat(standby.isThere(oid)).isFalse();
        await().atMost(SOON).until(() -> clients.connected() == 0);
      }
    }
  }

  @Test
  void whatIsWantedAfterAFailoverComesAboutOnTheNewPrimary() throws Exception {
    try (var primary = TestPostgres.start(release);
        var standby = primary.standby()) {
      admin.createRole(tenant, primary);
      server("127.0.0.1,127.0.0.2", primary.port(), 4);
      long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", null));
      awaitReplay(primary, standby);
      primary.stop(StopMode.SIGKILL);
      standby.execute("postgres", "SELECT pg_promote()");

      long bills = Tenant.oidOf(tenant.createDatabase("bills", "main", null));

      assertThat(standby.isThere(bills)).isTrue();
      assertThat(awaitServer("Available")).contains("127.0.0.2");
      assertThat(tenant.reason("orders")).isEqualTo("Available");
      tenant.delete("orders");
      tenant.delete("bills");
      tenant.awaitGone("orders");
      tenant.awaitGone("bills");
      assertThat(standby.isThere(oid)).isFalse();
      assertThat(standby.isThere(bills)).isFalse();
    }
  }

  @Test
  void whileTwoHostsSayToBeThePrimaryNothingIsDone() throws Exception {
    try (var primary = TestPostgres.start(release);
        var standby = primary.standby()) {
      admin.createRole(tenant, primary);
      server("127.0.0.2,127.0.0.1", primary.port(), 4);
      long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", null));
      awaitReplay(primary, standby);
      standby.execute("postgres", "SELECT pg_promote()");
      server("127.0.0.2,127.0.0.1", primary.port(), 5); // so that it is looked at now
      assertThat(awaitServer("ServerNotReady")).contains("127.0.0.2 and 127.0.0.1", "both");
      tenant.delete("orders");
      tenant.awaitStalled("orders", "ServerNotReady");
      assertThat(primary.isThere(oid)).isTrue();
      assertThat(standby.isThere(oid)).isTrue();

      primary.stop(StopMode.IMMEDIATE);

      tenant.awaitGone("orders");
      assertThat(standby.isThere(oid)).isFalse();
      assertThat(awaitServer("Available")).contains("127.0.0.2");
    }
  }

  @Test
  void standbysAloneAreLeftAloneAndSoIsAnotherCluster() throws Exception {
    try (var primary = TestPostgres.start(release);
        var standby = primary.standby()) {
      admin.createRole(tenant, primary);
      server("127.0.0.1,127.0.0.2", primary.port(), 4);
      String name = tenant.namespace() + "-repointed";
      long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", name));
      server("127.0.0.2,127.0.0.2", standby.port(), 4); // two standbys, as it were
      assertThat(awaitServer("StandbyServer")).contains("127.0.0.2", "standbys only");
      String untouched = new Catalog(primary).stateOf(oid);
      tenant.delete("orders");
      assertThat(tenant.awaitStalled("orders", "StandbyServer")).contains("standbys only");
      assertThat(new Catalog(primary).stateOf(oid)).isEqualTo(untouched);
      var another = TestPostgres.shared(release);
      admin.createRole(tenant, another);
      another.execute("postgres", "CREATE DATABASE \"" + name + "\"");

      server("127.0.0.1", another.port(), 4);

      assertThat(awaitServer("SystemIdentifierChanged")).contains("nothing is done there");
      tenant.awaitStalled("orders", "SystemIdentifierChanged");
      another.execute("postgres", "DROP DATABASE \"" + name + "\"");
      server("127.0.0.1,127.0.0.2", primary.port(), 4);
      tenant.awaitGone("orders");
      assertThat(primary.isThere(oid)).isFalse();
    }
  }

  @Test
  void aHostThatNeverAnswersDoesNotStandBeforeThePrimary() throws Exception {
    var primary = TestPostgres.shared(release);
    try (var silent = new ServerSocket(primary.port(), 50, InetAddress.getByName("127.0.0.3"))) {
      admin.createRole(tenant, primary);
      server("127.0.0.3,127.0.0.1", primary.port(), 4);
      long begun = System.nanoTime();

      tenant.createDatabase("orders", "main", tenant.namespace() + "-beside");

      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(LESS_THAN_A_TIMEOUT);
      tenant.delete("orders");
      tenant.awaitGone("orders");
      assertThat(silent.isBound()).isTrue();
    }
  }

  private void server(String hosts, int port, int connections) {
    tenant.applyAdminSecret("main", tenant.namespace() + "-admin", AdminKind.PASSWORD);
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresServer
        metadata: {name: main}
        spec:
          host: %s
          port: %d
          admin: {secretRef: {name: main-admin}}
          tls: {mode: Disable}
          maxConnections: %d
        """
            .formatted(hosts, port, connections));
  }

  private String awaitServer(String reason) {
    return await()
        .atMost(SOON)
        .until(
            () -> tenant.serverCondition("main"),
            ready -> ready.map(Condition::getReason).filter(reason::equals).isPresent())
        .orElseThrow()
        .getMessage();
  }

  private static void awaitReplay(TestPostgres primary, TestPostgres standby) throws SQLException {
    String written = value(primary, "SELECT pg_current_wal_lsn()");
    await()
        .atMost(SOON)
        .until(
            () ->
                value(standby, "SELECT pg_last_wal_replay_lsn() >= '" + written + "'::pg_lsn")
                    .equals("t"));
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
