package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Helm with the chart and a real API server. There is no node, so no pod starts by itself. */
class ChartIT {

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
    OlderChart.copyTo(older);
    release.upgrade(older, "{}");
    assertThat(columns()).contains(OlderChart.COLUMN).doesNotContain(OlderChart.NEW_COLUMN);

    release.upgrade("{replicas: 2}");

    assertThat(columns()).contains(OlderChart.NEW_COLUMN).doesNotContain(OlderChart.COLUMN);
    assertThat(image()).isEqualTo("pgdb:0.1.0-SNAPSHOT");
    assertThat(budgets()).isEqualTo(1);

    release.upgrade(older, "{}");

    assertThat(columns()).contains(OlderChart.COLUMN);
    assertThat(image()).isEqualTo("pgdb:0.0.9");
    assertThat(budgets()).isZero();
  }

  /** Without pods: Helm waits for those of a release that it has rolled back to. */
  @Test
  void isRolledBackWithItsCrds(@TempDir Path older) throws IOException {
    OlderChart.copyTo(older);
    release.upgrade(older, "{replicas: 0, resync: 7m}");
    long before = generation();
    String unknownVolume =
        "{replicas: 2, extraVolumeMounts: [{name: nowhere, mountPath: /nowhere}]}";

    assertThatIllegalStateException()
        .isThrownBy(() -> release.upgradeInVain(unknownVolume))
        .withMessageContaining("nowhere")
        .withMessageContaining("has been rolled back");

    assertThat(release.history().getLast()).isEqualTo("0.0.9 Rollback to 1");
    assertThat(columns()).contains(OlderChart.COLUMN).doesNotContain(OlderChart.NEW_COLUMN);
    assertThat(budgets()).isZero();
    assertThat(image()).isEqualTo("pgdb:0.0.9");
    assertThat(deployment().getSpec().getReplicas()).isZero();
    assertThat(arguments()).contains("--resync=7m");
    assertThat(generation()).as("the CRD was upgraded, and then rolled back").isEqualTo(before + 2);
  }

  @Test
  void keepsTheCrdsAndTheirResourcesWhenItIsUninstalledAndTakesThemBack() {
    release.upgrade("{}");
    Crds.awaitServed(client);
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
    Crds.awaitServed(client);
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
  void hasTheApiServerRefuseDeletionsThatNobodyCanHaveMeant() throws Exception {
    release.upgrade("{}");
    Crds.awaitServed(client);
    var policies = new InstalledPolicies(cluster);

    policies.keepProtectedDatabases();
    policies.keepCrds();
  }

  /** What it looked after before, it looks after no more, and no right is left from then. */
  @Test
  void changesBetweenAllNamespacesAndAList() {
    createNamespace("shop");
    createNamespace("billing");
    var rights = new InstalledRights(client, release);
    release.upgrade("{}");
    rights.mustBeEverywhere();

    release.upgrade("{namespaces: [shop, billing]}");

    rights.mustBeIn(Set.of("shop", "billing"));
    assertThat(arguments()).contains("--namespaces=shop,billing");

    release.upgrade("{namespaces: [billing]}");

    rights.mustBeIn(Set.of("billing"));

    release.upgrade("{}");

    rights.mustBeEverywhere();
    assertThat(arguments()).noneMatch(argument -> argument.startsWith("--namespaces"));
  }

  private static void createNamespace(String name) {
    client
        .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
        .serverSideApply();
  }

  private static void applyDatabase(String name) {
    createNamespace("shop");
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

  private static PostgresDatabase database(String name) {
    return client.resources(PostgresDatabase.class).inNamespace("shop").withName(name).get();
  }

  private static Deployment deployment() {
    return client.apps().deployments().inNamespace(release.namespace()).withName("pgdb").get();
  }

  private static String image() {
    return deployment().getSpec().getTemplate().getSpec().getContainers().getFirst().getImage();
  }

  private static List<String> arguments() {
    return deployment().getSpec().getTemplate().getSpec().getContainers().getFirst().getArgs();
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
}
