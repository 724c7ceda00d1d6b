package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything deleted at once, in any order: it all ends, and the databases are gone. */
@OnEachServer(diagonal = true)
class InUseIT extends TenantOnServer {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String SECRET = "secret/main-admin";
  private static final String SERVER = "postgresserver/main";
  private static final String DATABASE = "postgresdatabase/orders";

  private final String database = tenant.namespace() + "-in-use";

  InUseIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @Test
  void aNamespaceEndsWithItsServersAndSecretsWhileClientsReconnect() throws Exception {
    admin.applyServer(tenant, "other", postgres);
    long first = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    long second = Tenant.oidOf(tenant.createDatabase("bills", "other", database + "-bills"));
    try (var clients = storm(20, "orders", database)) {
      assertThat(clients).isNotNull();

      cluster.client().namespaces().withName(tenant.namespace()).delete();

      await("the namespace is gone")
          .atMost(SOON)
          .until(() -> cluster.client().namespaces().withName(tenant.namespace()).get() == null);
      assertThat(postgres.isThere(first)).isFalse();
      assertThat(postgres.isThere(second)).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        SECRET + " " + SERVER + " " + DATABASE,
        SECRET + " " + DATABASE + " " + SERVER,
        SERVER + " " + SECRET + " " + DATABASE,
        SERVER + " " + DATABASE + " " + SECRET,
        DATABASE + " " + SERVER + " " + SECRET,
        DATABASE + " " + SECRET + " " + SERVER,
      })
  void everyOrderEnds(String order) throws Exception {
    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    var kubectl = new Kubectl(cluster, tenant);

    for (String object : order.split(" ", -1)) {
      kubectl.run("delete", "--wait=false", object);
    }

    for (String object : order.split(" ", -1)) {
      kubectl.run("wait", "--for=delete", "--timeout=60s", object);
    }
    assertThat(postgres.isThere(oid)).isFalse();
  }

  @Test
  void aFolderOfManifestsIsGoneWhenKubectlDeleteReturns(@TempDir Path folder) throws Exception {
    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    var kubectl = new Kubectl(cluster, tenant);
    int number = 0;
    for (String object : List.of(SECRET, SERVER, DATABASE)) {
      String yaml = kubectl.run("get", object, "-o", "yaml");
      Files.writeString(folder.resolve(number++ + ".yaml"), yaml);
    }

    kubectl.run("delete", "--timeout=60s", "-f", folder.toString());

    assertThat(postgres.isThere(oid)).isFalse();
    assertThat(secret("main-admin")).isNull();
  }

  @Test
  void aSecretIsHeldOnlyWhileADatabaseOfOneOfItsServersNeedsIt() throws Exception {
    admin.applyServer(tenant, "replica", postgres);
    share("replica", "main-admin");
    assertThat(finalizers("main-admin")).isEmpty();
    addFinalizer("example.com/theirs");
    tenant.createDatabase("orders", "main", database);
    tenant.createDatabase("bills", "replica", database + "-bills");
    assertThat(finalizers("main-admin"))
        .containsExactlyInAnyOrder("example.com/theirs", "pgdb.dev/in-use");

    tenant.delete("orders");
    tenant.awaitGone("orders");

    await()
        .during(Duration.ofSeconds(1))
        .until(() -> finalizers("main-admin").contains("pgdb.dev/in-use"));
    tenant.delete("bills");
    tenant.awaitGone("bills");
    await()
        .atMost(SOON)
        .until(() -> finalizers("main-admin").equals(List.of("example.com/theirs")));
    assertThat(labels()).doesNotContain("pgdb.dev/in-use");
  }

  @Test
  void aSecretThatTheServerHasNoUseForAnyMoreIsLetGo() throws Exception {
    admin.applyServer(tenant, "spare", postgres);
    tenant.createDatabase("orders", "main", database);

    share("main", "spare-admin");

    await().atMost(SOON).until(() -> finalizers("main-admin").isEmpty());
    assertThat(secret("spare-admin").getMetadata().getFinalizers()).contains("pgdb.dev/in-use");
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  @Test
  void aServerThatIsBeingDeletedTakesNoNewDatabase() throws Exception {
    tenant.createDatabase("orders", "main", database);
    server("main").delete();

    tenant.applyDatabase("late", "main", database + "-late");

    assertThat(tenant.awaitStalled("late", "ServerNotReady"))
        .contains(tenant.namespace() + "/main", "is being deleted");
    tenant.delete("late");
    tenant.delete("orders");
    await().atMost(SOON).until(() -> server("main").get() == null);
  }

  @Test
  void aServerIsNotKeptByADatabaseThatNeverReachedIt() {
    tenant.applyServer("closed", postgres.port(), "nobody", "wrong");
    tenant.applyDatabase("orders", "closed", database);
    tenant.awaitStalled("orders", "LoginFailed");

    server("closed").delete();

    await().atMost(SOON).until(() -> server("closed").get() == null);
    assertThat(tenant.get("orders")).isNotNull();
    await().atMost(SOON).until(() -> finalizers("closed-admin").isEmpty());
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  @Test
  void whereTheServerIsGoneForGoodRetainLetsTheResourceGo() throws Exception {
    try (var another = TestPostgres.start(postgres.release())) {
      admin.applyServer(tenant, "gone", another);
      tenant.createDatabase("orders", "gone", database);
    }
    tenant.delete("orders");
    await()
        .atMost(SOON)
        .untilAsserted(
            () ->
                assertThat(tenant.awaitStalled("orders", "ServerUnreachable"))
                    .contains("spec.deletion.policy", "Retain"));

    LongOutage.of("gone", tenant, cluster);

    patch("orders", "{\"spec\":{\"deletion\":{\"policy\":\"Retain\"}}}");

    tenant.awaitGone("orders");
    await().atMost(SOON).until(() -> finalizers("gone-admin").isEmpty());
  }

  private void patch(String resource, String json) {
    cluster
        .client()
        .resources(PostgresDatabase.class)
        .inNamespace(tenant.namespace())
        .withName(resource)
        .patch(PatchContext.of(PatchType.JSON_MERGE), json);
  }

  private void share(String server, String secret) {
    server(server)
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"admin\":{\"secretRef\":{\"name\":\"" + secret + "\"}}}}");
  }

  private Resource<PostgresServer> server(String name) {
    return cluster
        .client()
        .resources(PostgresServer.class)
        .inNamespace(tenant.namespace())
        .withName(name);
  }

  private void addFinalizer(String finalizer) {
    cluster
        .client()
        .secrets()
        .inNamespace(tenant.namespace())
        .withName("main-admin")
        .edit(
            secret -> {
              secret.getMetadata().setFinalizers(List.of(finalizer));
              return secret;
            });
  }

  private List<String> finalizers(String secret) {
    return secret(secret).getMetadata().getFinalizers();
  }

  private Set<String> labels() {
    var labels = secret("main-admin").getMetadata().getLabels();
    return labels == null ? Set.of() : labels.keySet();
  }

  private Secret secret(String name) {
    return cluster.client().secrets().inNamespace(tenant.namespace()).withName(name).get();
  }
}
