package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.pgdb.api.PostgresServer;
import dev.pgdb.install.Chart;
import dev.pgdb.install.ChartServiceAccount;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.net.HttpURLConnection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * An operator that looks after a list of namespaces, with the rights that the chart gives it there.
 */
class NamespacedOperatorIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String SYSTEM = "pgdb-of-some-namespaces";

  private static ControlPlane cluster;
  private static Tenant tenant;
  private static Tenant other;
  private static Tenant leaving;
  private static KubernetesClient client;
  private static PgdbOperator operator;

  @BeforeAll
  static void start() {
    cluster = ControlPlane.start();
    Crds.install(cluster.client());
    tenant = new Tenant(cluster);
    other = new Tenant(cluster);
    leaving = new Tenant(cluster);
    var namespaces = Set.of(tenant.namespace(), other.namespace(), leaving.namespace());
    client =
        ChartServiceAccount.applied(cluster, SYSTEM, "{namespaces: %s}".formatted(namespaces))
            .client();
    for (var each : List.of(tenant, other)) {
      each.applyServer("early", TestPostgres.shared("18"));
      each.applyDatabase("early", "early", each.namespace() + "-early");
    }
    operator =
        new PgdbOperator(
            client,
            new OperatorConfiguration(namespaces, false, 0, Duration.ofMinutes(10), 10),
            Clock.systemUTC());
    operator.start();
  }

  @AfterAll
  static void stop() {
    operator.close();
    client.close();
    cluster.close();
  }

  @Test
  void looksAfterWhatWasThereBeforeItInEachOfThem() {
    for (var each : List.of(tenant, other)) {
      each.awaitReady("early");
      await().atMost(SOON).until(() -> Integer.valueOf(1).equals(databasesOf(each)));
    }
    for (var each : List.of(tenant, other)) {
      each.delete("early");
      each.awaitGone("early");
    }
  }

  private static @Nullable Integer databasesOf(Tenant tenant) {
    return cluster
        .client()
        .resources(PostgresServer.class)
        .inNamespace(tenant.namespace())
        .withName("early")
        .get()
        .getStatus()
        .databases();
  }

  @Test
  void createsAndDropsThere() {
    var postgres = TestPostgres.shared("18");
    tenant.applyServer("main", postgres);
    String name = tenant.namespace() + "-one";
    tenant.createDatabase(name, "main", null);

    tenant.delete(name);
    tenant.awaitGone(name);

    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> postgres.connect(name).close())
        .extracting(SQLException::getSQLState)
        .isEqualTo("3D000");
  }

  @Test
  void saysThatItCannotKnowWhomASelectorMeans() {
    tenant.applyServer("choosy", TestPostgres.shared("18"));
    cluster
        .client()
        .resources(PostgresServer.class)
        .inNamespace(tenant.namespace())
        .withName("choosy")
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"spec": {"allowedNamespaces": {"from": "Selector", "selector": {"matchLabels": {"a": "b"}}}}}
            """);
    tenant.applyDatabase(tenant.namespace() + "-chosen", "choosy", null);

    tenant.awaitReason(tenant.namespace() + "-chosen", "NamespaceNotAllowed");
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(tenant.serverCondition("choosy"))
                    .hasValueSatisfying(
                        ready -> {
                          assertThat(ready.getStatus()).isEqualTo("True");
                          assertThat(ready.getMessage())
                              .contains("pgdb may not read the labels of namespaces")
                              .contains("rbac.readNamespaces=true");
                        }));
  }

  /** Else the namespace controller takes away pgdb's rights there before pgdb is done. */
  @Test
  void letsGoOfAllThatIsInANamespaceWhichIsDeleted() throws Exception {
    var postgres = TestPostgres.shared("18");
    Chart.render(SYSTEM, "{namespaces: [%s]}".formatted(leaving.namespace())).stream()
        .filter(manifest -> manifest.at("/metadata/name").asText().contains("-rights-"))
        .forEach(policy -> cluster.client().resource(policy.toString()).serverSideApply());
    leaving.applyServer("main", postgres);
    long oid = Tenant.oidOf(leaving.createDatabase("orders", "main", "of-a-leaving-tenant"));
    var namespace = cluster.client().namespaces().withName(leaving.namespace());
    try (var clients =
        ReconnectingClients.against(postgres, "of-a-leaving-tenant")
            .mixed(8)
            .prepareRoles()
            .start()) {
      clients.awaitAllConnected(SOON);

      namespace.delete();

      await("the namespace is gone").atMost(SOON).until(() -> namespace.get() == null);
    }
    assertThat(postgres.isThere(oid)).isFalse();
  }

  @Test
  void mayNotLookElsewhere() {
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> client.secrets().inNamespace("kube-system").list())
        .extracting(KubernetesClientException::getCode)
        .isEqualTo(HttpURLConnection.HTTP_FORBIDDEN);
  }
}
