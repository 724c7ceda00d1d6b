package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.pgdb.install.ChartServiceAccount;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** An operator that looks after one namespace, with the rights that the chart gives it there. */
class NamespacedOperatorIT {
  private static ControlPlane cluster;
  private static Tenant tenant;
  private static KubernetesClient client;
  private static PgdbOperator operator;

  @BeforeAll
  static void start() {
    cluster = ControlPlane.start();
    Crds.install(cluster.client());
    tenant = new Tenant(cluster);
    client =
        ChartServiceAccount.applied(
                cluster,
                "pgdb-of-one-namespace",
                "{namespaces: [%s], rbac: {readNamespaces: false}}".formatted(tenant.namespace()))
            .client();
    operator =
        new PgdbOperator(
            client,
            new OperatorConfiguration(
                Set.of(tenant.namespace()), false, 0, Duration.ofMinutes(10), 10),
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
  void mayNotLookElsewhere() {
    assertThatExceptionOfType(KubernetesClientException.class)
        .isThrownBy(() -> client.secrets().inNamespace("kube-system").list())
        .extracting(KubernetesClientException::getCode)
        .isEqualTo(HttpURLConnection.HTTP_FORBIDDEN);
  }
}
