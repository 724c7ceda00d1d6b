package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.api.PostgresServer;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A PostgresServer waits for pgdb while a database needs it, and goes by itself when none does. */
class ServerInUseIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final Tenant tenant = new Tenant(cluster);

  @Test
  void isHeldOnlyWhileADatabaseNeedsIt() {
    tenant.applyServer("main", TestPostgres.shared("18"));
    awaitReady();
    assertThat(finalizers()).isEmpty();

    tenant.createDatabase("orders", "main", tenant.namespace() + "-held");

    assertThat(finalizers()).containsExactly("pgdb.dev/in-use");
    tenant.delete("orders");
    tenant.awaitGone("orders");
    await().atMost(SOON).until(() -> finalizers().isEmpty());
    await().during(Duration.ofSeconds(1)).until(() -> finalizers().isEmpty());
  }

  /** As an older pgdb has left it, which held every server. */
  @Test
  void isLetGoWhereItWasHeldForNothing() {
    tenant.applyServer("main", TestPostgres.shared("18"));
    awaitReady();

    server()
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            """
            {"metadata": {"finalizers": ["example.com/theirs", "pgdb.dev/in-use"]}, "spec": {"maxConnections": 5}}
            """);

    await().atMost(SOON).until(() -> finalizers().equals(List.of("example.com/theirs")));
    server().patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\": {\"finalizers\": null}}");
  }

  /** {@code kubectl replace --force}, and tools that do so. */
  @Test
  void isLookedAtWhenItIsReplacedAtOnce() {
    tenant.applyServer("main", TestPostgres.shared("18"));
    for (int round = 0; round < 20; round++) {
      awaitReady();
      PostgresServer again = server().get();
      server().delete();

      cluster.client().resource(fresh(again)).create();
    }
    awaitReady();
  }

  /** As pgdb finds it when it starts, and the last PostgresServer has gone meanwhile. */
  @ParameterizedTest(name = "is being deleted: {0}")
  @ValueSource(booleans = {false, true})
  void aSecretThatIsHeldWhereThereIsNoServerIsLetGo(boolean deleted) {
    Resource<Secret> secret =
        cluster
            .client()
            .resource(
                new SecretBuilder()
                    .withNewMetadata()
                    .withName("main-admin")
                    .withNamespace(tenant.namespace())
                    .addToFinalizers("example.com/theirs", "pgdb.dev/in-use")
                    .endMetadata()
                    .build());
    secret.create();
    if (deleted) {
      secret.delete();
    }

    secret.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        "{\"metadata\": {\"labels\": {\"pgdb.dev/in-use\": \"true\"}}}");

    await()
        .atMost(SOON)
        .until(
            () -> secret.get().getMetadata().getFinalizers().equals(List.of("example.com/theirs")));
    assertThat(secret.get().getMetadata().getLabels()).isNullOrEmpty();
    secret.patch(PatchContext.of(PatchType.JSON_MERGE), "{\"metadata\": {\"finalizers\": null}}");
    secret.delete();
  }

  @Test
  void saysThatTheClusterForbidsToHoldItsSecret() {
    tenant.applyServer("main", TestPostgres.shared("18"));
    try (var policy = new RefusedLabel(cluster, tenant.namespace(), "main-admin")) {
      policy.await();

      tenant.applyDatabase("orders", "main", tenant.namespace() + "-refused");

      assertThat(tenant.awaitStalled("orders", "ServerNotReady"))
          .contains("takes no new databases", "main-admin cannot be held", RefusedLabel.MESSAGE);
      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(tenant.serverCondition("main").orElseThrow().getMessage())
                      .contains("main-admin cannot be held", "pgdb.dev/in-use"));
    }
    tenant.awaitReady("orders");
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  private void awaitReady() {
    await()
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () ->
                tenant
                    .serverCondition("main")
                    .filter(ready -> ready.getStatus().equals("True"))
                    .isPresent());
  }

  private static PostgresServer fresh(PostgresServer server) {
    var copy = new PostgresServer();
    copy.setMetadata(
        new ObjectMetaBuilder()
            .withName(server.getMetadata().getName())
            .withNamespace(server.getMetadata().getNamespace())
            .build());
    copy.setSpec(server.getSpec());
    return copy;
  }

  private List<String> finalizers() {
    return server().get().getFinalizers();
  }

  private Resource<PostgresServer> server() {
    return cluster
        .client()
        .resources(PostgresServer.class)
        .inNamespace(tenant.namespace())
        .withName("main");
  }
}
