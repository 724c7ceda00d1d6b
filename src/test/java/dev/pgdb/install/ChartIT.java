package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.testbed.ControlPlane;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Helm with the chart and a real API server. There is no node, so no pod starts by itself. */
class ChartIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String COLUMN = "SESSIONS LEFT";

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
    if (deployment() != null) {
      release.uninstallWithoutHooks();
    }
  }

  @Test
  void upgradesAnOlderReleaseWithItsCrdsAndGoesBack(@TempDir Path older) throws IOException {
    makeOlder(older);
    release.upgrade(older, "{}");
    assertThat(columns()).contains("OLD").doesNotContain(COLUMN);

    release.upgrade("{replicas: 2}");

    assertThat(columns()).contains(COLUMN).doesNotContain("OLD");
    assertThat(image()).isEqualTo("pgdb:0.1.0-SNAPSHOT");
    assertThat(budgets()).isEqualTo(1);

    release.upgrade(older, "{}");

    assertThat(columns()).contains("OLD");
    assertThat(image()).isEqualTo("pgdb:0.0.9");
    assertThat(budgets()).isZero();
  }

  /** Without pods: Helm waits for those of a release that it has rolled back to. */
  @Test
  void isRolledBackWithItsCrds(@TempDir Path older) throws IOException {
    makeOlder(older);
    release.upgrade(older, "{replicas: 0, resync: 7m}");
    long before = generation();
    String unknownVolume =
        "{replicas: 2, extraVolumeMounts: [{name: nowhere, mountPath: /nowhere}]}";

    assertThatIllegalStateException()
        .isThrownBy(() -> release.upgradeInVain(unknownVolume))
        .withMessageContaining("nowhere")
        .withMessageContaining("has been rolled back");

    assertThat(release.history().getLast()).isEqualTo("0.0.9 Rollback to 1");
    assertThat(columns()).contains("OLD").doesNotContain(COLUMN);
    assertThat(budgets()).isZero();
    assertThat(image()).isEqualTo("pgdb:0.0.9");
    assertThat(deployment().getSpec().getReplicas()).isZero();
    assertThat(deployment().getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs())
        .contains("--resync=7m");
    assertThat(generation()).as("the CRD was upgraded, and then rolled back").isEqualTo(before + 2);
  }

  @Test
  void keepsTheCrdsAndTheirResourcesWhenItIsUninstalledAndTakesThemBack() {
    release.upgrade("{}");
    awaitServed();
    applyDatabase("left");

    release.uninstallWithoutHooks();

    assertThat(deployment()).isNull();
    assertThat(client.rbac().clusterRoles().withName("pgdb-system-pgdb").get()).isNull();
    assertThat(database("left")).isNotNull();

    release.upgrade("{}");

    assertThat(deployment()).isNotNull();
    assertThat(database("left")).isNotNull();
    client.resource(Objects.requireNonNull(database("left"))).delete();
  }

  @Test
  void showsExamplesThatAreAccepted(@TempDir Path folder) throws Exception {
    release.upgrade("{}");
    awaitServed();
    JsonNode chart = Chart.read(Files.readString(Chart.FOLDER.resolve("Chart.yaml")));
    JsonNode examples = Chart.read(chart.at("/annotations/artifacthub.io~1crdsExamples").asText());
    Files.writeString(
        folder.resolve("annotation.json"),
        ((ObjectNode) Chart.read("{apiVersion: v1, kind: List}"))
            .set("items", examples)
            .toString());
    Files.writeString(
        folder.resolve("notes.yaml"),
        Chart.notes("pgdb", release.namespace(), "{}").split("<<'EOF'|\nEOF\n", 3)[1]);

    assertThat(
            Kubectl.run(
                cluster, "create", "--dry-run=server", "--validate=strict", "--filename=" + folder))
        .containsOnlyOnce("secret/main-admin created")
        .contains(
            "postgresserver.pgdb.dev/main created", "postgresdatabase.pgdb.dev/orders created")
        .hasLineCount(5);
  }

  @Test
  void isUninstalledOnlyWhenNoDatabaseIsLeft() {
    release.upgrade("{}");
    awaitServed();
    applyDatabase("orders");
    var account = new ChartServiceAccount(cluster, release.namespace(), release.serviceAccount());
    try (var node = new HookPods(account)) {
      assertThatIllegalStateException()
          .isThrownBy(release::uninstall)
          .withMessageContaining("pgdb-databases-still-exist");
      assertThat(node.outputs())
          .singleElement()
          .asString()
          .contains("shop/orders")
          .contains("kubectl delete postgresdatabase -n shop orders");
      assertThat(deployment()).isNotNull();

      client.resource(Objects.requireNonNull(database("orders"))).delete();
      release.uninstall();

      assertThat(deployment()).isNull();
    }
  }

  private static void applyDatabase(String name) {
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName("shop").endMetadata().build())
        .serverSideApply();
    client
        .resource(
            """
            apiVersion: pgdb.dev/v1
            kind: PostgresDatabase
            metadata: {name: %s, namespace: shop}
            spec: {serverRef: {name: main}}
            """
                .formatted(name))
        .serverSideApply();
  }

  private static void awaitServed() {
    Awaitility.await("the CRDs are served")
        .atMost(SOON)
        .ignoreExceptions()
        .until(() -> client.resources(PostgresDatabase.class).inNamespace("shop").list() != null);
  }

  private static PostgresDatabase database(String name) {
    return client.resources(PostgresDatabase.class).inNamespace("shop").withName(name).get();
  }

  private static Deployment deployment() {
    return client.apps().deployments().inNamespace(release.namespace()).withName("pgdb").get();
  }

  private static String image() {
    return deployment().getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
  }

  private static int budgets() {
    return client
        .policy()
        .v1()
        .podDisruptionBudget()
        .inNamespace(release.namespace())
        .list()
        .getItems()
        .size();
  }

  /** Of the CRD: one more with every change. */
  private static long generation() {
    return crd().getMetadata().getGeneration();
  }

  private static CustomResourceDefinition crd() {
    return client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName("postgresdatabases.pgdb.dev")
        .get();
  }

  private static List<String> columns() {
    return crd().getSpec().getVersions().getFirst().getAdditionalPrinterColumns().stream()
        .map(column -> column.getName())
        .toList();
  }

  private static void makeOlder(Path chart) throws IOException {
    Chart.copyTo(chart);
    replaceIn(chart.resolve("Chart.yaml"), "ersion: 0.1.0-SNAPSHOT", "ersion: 0.0.9");
    replaceIn(
        chart.resolve("files/crds/postgresdatabases.pgdb.dev-v1.yml"),
        "name: " + COLUMN,
        "name: OLD");
  }

  private static void replaceIn(Path file, String text, String by) throws IOException {
    String before = Files.readString(file);
    assertThat(before).contains(text);
    Files.writeString(file, before.replace(text, by));
  }
}
