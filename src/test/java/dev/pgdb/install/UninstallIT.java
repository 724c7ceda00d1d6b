package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.awaitility.Awaitility.await;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import dev.pgdb.operator.OperatorConfiguration;
import dev.pgdb.operator.PgdbOperator;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code helm uninstall} is refused while something needs pgdb, and leaves nothing that does. */
class UninstallIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private static ControlPlane cluster;
  private static KubernetesClient client;
  private static ChartRelease release;

  @BeforeAll
  static void startCluster() {
    cluster = ControlPlane.start();
    client = cluster.client();
    release = new ChartRelease(cluster, "pgdb-system");
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @AfterEach
  void uninstall() {
    if (isInstalled()) {
      release.uninstallWithoutHooks();
    }
  }

  @Test
  void isRefusedWhileDatabasesExist() {
    install("{}");
    apply("refused", database());
    try (var node = new HookPods(account())) {
      assertThatIllegalStateException()
          .isThrownBy(release::uninstall)
          .withMessageContaining("pgdb-databases-still-exist");
      assertThat(node.outputs())
          .singleElement()
          .asString()
          .contains("refused/orders")
          .contains("kubectl delete postgresdatabase -n refused orders");
      assertThat(isInstalled()).isTrue();

      client.resources(PostgresDatabase.class).inNamespace("refused").withName("orders").delete();
      release.uninstall();

      assertThat(isInstalled()).isFalse();
    }
  }

  @Test
  void leavesNothingThatWaitsForPgdbOnceTheDatabasesAreGone() {
    var postgres = TestPostgres.shared("18");
    install("{}");
    var databases = client.resources(PostgresDatabase.class).inNamespace("left").withName("orders");
    try (var node = new HookPods(account());
        var rights = account().client();
        var operator =
            new PgdbOperator(
                rights,
                new OperatorConfiguration(Set.of(), false, 0, Duration.ofMinutes(10), 10),
                Clock.systemUTC())) {
      operator.start();
      apply("left", server(postgres, "") + database());
      await().atMost(SOON).until(() -> heldInNamespace("left") == 2);
      await().atMost(SOON).until(() -> databases.get().getStatus().binding() != null);
      databases.delete();
      await().atMost(SOON).until(() -> databases.get() == null);

      release.uninstall();

      assertThat(node.outputs()).containsExactly("");
    }
    assertThat(heldInNamespace("left")).isZero();
    assertThat(servers("left").get()).isNotNull();

    client.namespaces().withName("left").delete();

    await().atMost(SOON).until(() -> client.namespaces().withName("left").get() == null);
  }

  /** As when pgdb was gone before it could: who follows the sentence gets out. */
  @Test
  void isRefusedWhileSomethingIsHeldAndSaysHowToLetItGo() throws Exception {
    install("{extraEnv: [{name: PGDB_WAIT, value: 1s}]}");
    apply("held", server(TestPostgres.shared("18"), "example.com/theirs, pgdb.dev/in-use"));
    try (var node = new HookPods(account())) {
      assertThatIllegalStateException().isThrownBy(release::uninstall);
      assertThat(isInstalled()).isTrue();
      String patch =
          node.outputs()
              .getFirst()
              .lines()
              .filter(line -> line.strip().startsWith("kubectl patch postgresserver"))
              .findFirst()
              .orElseThrow();

      Kubectl.run(cluster, Kubectl.arguments(patch));

      release.uninstall();
      assertThat(servers("held").get().getFinalizers()).containsExactly("example.com/theirs");
    }
  }

  /** pgdb's Role goes with its namespace; nor does Helm upgrade what it was to uninstall. */
  @Test
  void isRefusedWhereANamespaceOfTheListIsGoneAndSaysSo() {
    createNamespace("stays");
    createNamespace("gone");
    install("{namespaces: [stays, gone]}");
    client.namespaces().withName("gone").delete();
    await().atMost(SOON).until(() -> client.namespaces().withName("gone").get() == null);
    try (var node = new HookPods(account())) {
      assertThatIllegalStateException().isThrownBy(release::uninstall);
      assertThat(node.outputs())
          .singleElement()
          .asString()
          .startsWith("pgdb: uninstalling is refused: pgdb may not look into namespace gone; ")
          .contains("helm uninstall --no-hooks")
          .hasLineCount(3);

      release.uninstallWithoutHooks();

      assertThat(isInstalled()).isFalse();
    }
  }

  private static void install(String values) {
    release.upgrade(values);
    Crds.awaitServed(client);
  }

  private static ChartServiceAccount account() {
    return new ChartServiceAccount(cluster, release.namespace(), release.serviceAccount());
  }

  private static boolean isInstalled() {
    return client.apps().deployments().inNamespace(release.namespace()).withName("pgdb").get()
        != null;
  }

  private static Resource<PostgresServer> servers(String namespace) {
    return client.resources(PostgresServer.class).inNamespace(namespace).withName("main");
  }

  /** How many of the server and its Secret have pgdb's finalizer. */
  private static long heldInNamespace(String namespace) {
    return Stream.of(
            servers(namespace).get(),
            client.secrets().inNamespace(namespace).withName("main-admin").get())
        .filter(Objects::nonNull)
        .filter(resource -> resource.hasFinalizer("pgdb.dev/in-use"))
        .count();
  }

  private static String database() {
    return """
    ---
    apiVersion: pgdb.dev/v1
    kind: PostgresDatabase
    metadata: {name: orders}
    spec: {serverRef: {name: main}, databaseName: uninstalled}
    """;
  }

  private static String server(TestPostgres postgres, String finalizers) {
    return """
    ---
    apiVersion: v1
    kind: Secret
    metadata: {name: main-admin}
    stringData: {username: %s, password: "%s"}
    ---
    apiVersion: pgdb.dev/v1
    kind: PostgresServer
    metadata: {name: main, finalizers: [%s]}
    spec:
      host: 127.0.0.1
      port: %d
      admin: {secretRef: {name: main-admin}}
      tls: {mode: Disable}
    """
        .formatted(postgres.superuser(), postgres.password(), finalizers, postgres.port());
  }

  private static void apply(String namespace, String yaml) {
    createNamespace(namespace);
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .serverSideApply();
  }

  private static void createNamespace(String name) {
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .serverSideApply();
  }
}
