package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A namespace is deleted, with a server, its Secret, and many databases that clients hold. */
class NamespaceUnderStormIT {
  private static final int DATABASES = 20;
  private static final int CLIENTS_OF_EACH = 4;
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final TestPostgres postgres = TestPostgres.shared("18");
  private final Tenant tenant = new Tenant(cluster);

  @Test
  void isGoneWithinAMinute() throws Exception {
    tenant.applyServer("main", postgres);
    List<String> names =
        IntStream.range(0, DATABASES).mapToObj(i -> tenant.namespace() + "-storm-" + i).toList();
    names.forEach(name -> tenant.applyDatabase(name, "main", null));
    List<Long> oids = names.stream().map(name -> Tenant.oidOf(tenant.awaitReady(name))).toList();
    var storm = new ArrayList<ReconnectingClients>();
    try {
      for (String name : names) {
        storm.add(
            ReconnectingClients.against(postgres, name)
                .mixed(CLIENTS_OF_EACH)
                .prepareRoles()
                .start());
      }
      for (ReconnectingClients clients : storm) {
        clients.awaitAllConnected(SOON);
      }
      // Databases that are deleted have mostly been there for longer than a few seconds.
      postgres.execute("postgres", "CHECKPOINT");

      long begun = System.nanoTime();
      cluster.client().namespaces().withName(tenant.namespace()).delete();
      await("the namespace is gone")
          .atMost(SOON)
          .until(() -> cluster.client().namespaces().withName(tenant.namespace()).get() == null);

      System.out.printf(
          "a namespace with %d databases under %d clients gone in %.1f s%n",
          DATABASES, DATABASES * CLIENTS_OF_EACH, (System.nanoTime() - begun) / 1e9);
      for (long oid : oids) {
        assertThat(postgres.isThere(oid)).isFalse();
      }
    } finally {
      storm.forEach(ReconnectingClients::close);
    }
  }
}
