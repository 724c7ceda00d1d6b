package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import dev.pgdb.install.ChartServiceAccount;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.SlowApiServer;
import dev.pgdb.testbed.SlowApiServer.Hold;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A resource was deleted and created again under its name, and an operator still sees the old one.
 * Another operator, which sees all in time, does the work.
 */
class OldEventsIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final TestPostgres postgres = TestPostgres.shared("18");
  private final Catalog catalog = new Catalog(postgres);
  private final Tenant tenant = new Tenant(cluster);
  private final Bindings bindings = new Bindings(cluster, tenant);
  private final String database = tenant.namespace() + "-again";
  private final Queue<PostgresDatabase> seen = new ConcurrentLinkedQueue<>();
  private SlowApiServer slow;
  private KubernetesClient client;
  private PgdbOperator behind;

  @BeforeEach
  void start() throws Exception {
    tenant.applyServer("main", postgres);
    slow = new SlowApiServer(ChartServiceAccount.on(cluster).kubeconfig());
    client = new KubernetesClientBuilder().withConfig(slow.config()).build();
    behind =
        new PgdbOperator(
            client,
            new OperatorConfiguration(
                Set.of(tenant.namespace()), false, 0, Duration.ofMinutes(10), 10),
            Clock.systemUTC());
    behind.start();
  }

  @AfterEach
  void stop() throws Exception {
    slow.hold(Hold.NOTHING);
    behind.close();
    client.close();
    slow.close();
  }

  @Test
  void leavesTheNewDatabaseAloneWhoseNameItKnowsAsThatOfAnother() throws Exception {
    long first = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    awaitMetric("pgdb_databases{ready=\"true\"} 1.0");
    slow.hold(Hold.EVENTS);
    tenant.delete("orders");
    tenant.awaitGone("orders");
    long second = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    var password = bindings.secret("orders-db").getData();
    slow.requests();

    touchServer(); // which makes it look at all that it knows of that server

    awaitStatusPatch();
    awaitSilence();
    assertThat(bindings.secret("orders-db").getData()).isEqualTo(password);
    assertLives(second);
    assertThat(postgres.isThere(first)).isFalse();
    slow.hold(Hold.NOTHING);
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(postgres.isThere(second)).isFalse();
  }

  /** Even the answer to its last question, whether the resource still is what it was, is old. */
  @Test
  void leavesTheNewDatabaseAloneWhenItWasAboutToDropTheOldOne() throws Exception {
    long first = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    long second;
    try (var stranger = postgres.connect("postgres");
        var statement = stranger.createStatement();
        var watch = watch()) {
      assertThat(watch).isNotNull();
      stranger.setAutoCommit(false);
      statement.execute("COMMENT ON DATABASE \"" + database + "\" IS 'not committed'");
      tenant.delete("orders");
      awaitMetric("pgdb_deletion_blocked{type=\"ForeignLock\"} 1.0");
      slow.hold(Hold.EVERYTHING);
      await("it waits for an answer")
          .atMost(SOON)
          .until(
              () ->
                  slow.heldBack().stream().anyMatch(r -> r.contains("/postgresdatabases/orders")));
      stranger.rollback();
      tenant.awaitGone("orders");
      second = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
      slow.requests();

      slow.hold(Hold.EVENTS);

      awaitSilence();
      assertLives(second);
      assertThat(postgres.isThere(first)).isFalse();
      assertKeptItsFinalizer();
    }
    slow.hold(Hold.NOTHING);
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(postgres.isThere(second)).isFalse();
  }

  private void assertLives(long oid) throws Exception {
    assertThat(catalog.nameOf(oid)).hasValue(database);
    assertThat(catalog.lets(oid)).isTrue();
    assertThat(tenant.reason("orders")).isEqualTo("Available");
    assertThat(Tenant.oidOf(requireNonNull(tenant.get("orders")))).isEqualTo(oid);
  }

  /** Once it had it: without one, it would go before its database. */
  private void assertKeptItsFinalizer() {
    String uid = requireNonNull(tenant.get("orders")).getMetadata().getUid();
    List<Boolean> held =
        seen.stream()
            .filter(event -> event.getMetadata().getUid().equals(uid))
            .map(event -> event.hasFinalizer(PostgresDatabaseReconciler.FINALIZER))
            .dropWhile(has -> !has)
            .toList();
    assertThat(held).isNotEmpty().doesNotContain(false);
  }

  private AutoCloseable watch() {
    return WatchedDatabases.in(tenant.namespace(), cluster.client(), seen::add);
  }

  private void touchServer() {
    cluster
        .client()
        .resources(PostgresServer.class)
        .inNamespace(tenant.namespace())
        .withName("main")
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"maxConnections\":5}}");
  }

  private void awaitMetric(String line) {
    await(line).atMost(SOON).until(() -> behind.metrics().contains(line));
  }

  private void awaitStatusPatch() {
    await("it writes a status")
        .atMost(SOON)
        .until(
            () ->
                slow.requests().stream()
                    .anyMatch(
                        r ->
                            r.startsWith("PATCH")
                                && r.contains("/postgresdatabases/orders/status")));
  }

  /** It has done whatever it was going to do. */
  private void awaitSilence() {
    await("it asks for nothing more")
        .atMost(SOON)
        .pollInterval(Duration.ofSeconds(3))
        .until(() -> slow.requests().isEmpty());
  }
}
