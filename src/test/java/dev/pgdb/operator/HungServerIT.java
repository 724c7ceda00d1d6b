package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A server that takes connections and never answers: what waits for it keeps nobody else. */
class HungServerIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Far less than any of the times after which a server that hangs is given up. */
  private static final Duration AS_USUAL = Duration.ofSeconds(5);

  /** More than are worked on at once. */
  private static final int WAITING = 12;

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final Tenant tenant = new Tenant(cluster);
  private final TestPostgres good = TestPostgres.shared("18");

  @Test
  void databasesOfAServerThatHangsKeepNobodyElseWaiting() throws Exception {
    tenant.applyServer("good", good);
    tenant.createDatabase("before", "good", tenant.namespace() + "-before");
    try (var hanging = TestPostgres.start("13")) {
      AdminKind.CREATOR.applyServer(tenant, "hanging", hanging);
      for (int i = 0; i < WAITING; i++) {
        tenant.applyDatabase("orders-" + i, "hanging", null);
      }
      for (int i = 0; i < WAITING; i++) {
        tenant.awaitReady("orders-" + i);
      }
      List<Long> processes = processes(hanging);
      processes.forEach(pid -> hanging.signal("STOP", pid));
      try {
        for (int i = 0; i < WAITING; i++) {
          tenant.delete("orders-" + i);
        }

        for (int i = 0; i < 3; i++) {
          assertThat(timeToCreateAndDelete("bills-" + i)).isLessThan(AS_USUAL);
        }

        assertThat(tenant.awaitStalled("orders-0", "ServerUnreachable"))
            .contains("127.0.0.1:" + hanging.port());
        assertThat(timeToCreateAndDelete("late")).isLessThan(AS_USUAL);
      } finally {
        processes.forEach(pid -> hanging.signal("CONT", pid));
      }
      for (int i = 0; i < WAITING; i++) {
        tenant.awaitGone("orders-" + i);
      }
    }
  }

  @Test
  void serversThatNeverAnsweredKeepNobodyWaiting() throws Exception {
    tenant.applyServer("good", good);
    var silent = new ArrayList<ServerSocket>();
    try {
      for (int i = 0; i < 12; i++) {
        silent.add(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        tenant.applyServer("silent-" + i, silent.getLast().getLocalPort(), "nobody", "x");
        tenant.applyDatabase("waiting-" + i, "silent-" + i, null);
      }

      assertThat(timeToCreateAndDelete("orders")).isLessThan(AS_USUAL);

      assertThat(tenant.awaitStalled("waiting-0", "ServerUnreachable")).contains("silent-0");
      assertThat(timeToCreateAndDelete("bills")).isLessThan(AS_USUAL);
    } finally {
      for (ServerSocket socket : silent) {
        socket.close();
      }
    }
    await()
        .atMost(SOON)
        .until(
            () ->
                tenant
                    .serverCondition("silent-0")
                    .filter(ready -> ready.getReason().equals("ServerUnreachable"))
                    .isPresent());
  }

  private Duration timeToCreateAndDelete(String resource) {
    long start = System.nanoTime();
    tenant.createDatabase(resource, "good", tenant.namespace() + "-" + resource);
    tenant.delete(resource);
    tenant.awaitGone(resource);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static List<Long> processes(TestPostgres server) throws SQLException {
    var pids = new ArrayList<>(List.of(server.postmasterPid()));
    try (var connection = server.connect("postgres");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'pgdb'")) {
      while (rows.next()) {
        pids.add(rows.getLong(1));
      }
    }
    return pids;
  }
}
