package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.api.PostgresServer;
import dev.pgdb.install.ChartServiceAccount;
import dev.pgdb.install.Right;
import dev.pgdb.install.UsedRights;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The rights that the chart gives pgdb are those that it needs, and no others. All other tests run
 * it with these rights, so that one that lacks fails them; here, one that is not needed is found.
 */
class RightsIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String SYSTEM = "pgdb-rights";

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void areAllUsed(boolean inListedNamespaces) throws Exception {
    try (var cluster = ControlPlane.start()) {
      Crds.install(cluster.client());
      var tenant = new Tenant(cluster);
      Set<String> namespaces = inListedNamespaces ? Set.of(tenant.namespace()) : Set.of();
      String values =
          "{namespaces: %s, replicas: 2}".formatted(inListedNamespaces ? namespaces : "[]");
      var used = new UsedRights();
      var others = new Others(cluster, tenant);
      try (var client =
              ChartServiceAccount.applied(cluster, SYSTEM, values)
                  .client(
                      http ->
                          http.addOrReplaceInterceptor("rights", used)
                              .addOrReplaceInterceptor("others", others));
          var operator =
              new PgdbOperator(
                  client,
                  new OperatorConfiguration(namespaces, true, 0, Duration.ofSeconds(2), 10),
                  Clock.systemUTC())) {
        operator.start();
        live(cluster, tenant, others);
      }

      var unused = new TreeSet<>(Right.givenByChart(SYSTEM, values));
      unused.removeAll(used.all());
      assertThat(unused).as("given and never used").isEmpty();
    }
  }

  /** Somebody who changes a server just when the operator does, so that it has to look again. */
  private record Others(ControlPlane cluster, Tenant tenant, AtomicBoolean ready)
      implements Interceptor {
    Others(ControlPlane cluster, Tenant tenant) {
      this(cluster, tenant, new AtomicBoolean());
    }

    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      if (request.method().equals("PATCH")
          && request.uri().getPath().endsWith("/postgresservers/main")
          && ready.compareAndSet(true, false)) {
        setFinalizers("'example.com/held', 'pgdb.dev/in-use'");
      }
    }

    /** What it was to take away stands in another place then. */
    void setFinalizers(String finalizers) {
      server()
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{'metadata': {'finalizers': [%s]}}".formatted(finalizers).replace('\'', '"'));
    }

    Resource<PostgresServer> server() {
      return cluster
          .client()
          .resources(PostgresServer.class)
          .inNamespace(tenant.namespace())
          .withName("main");
    }
  }

  /** All that can happen to a database and its Secrets. */
  private static void live(ControlPlane cluster, Tenant tenant, Others others) throws Exception {
    var postgres = TestPostgres.shared("18");
    tenant.applyServer("main", postgres);
    String name = tenant.namespace() + "-rights";
    tenant.createDatabase(name, "main", null);
    var secrets = cluster.client().secrets().inNamespace(tenant.namespace());
    String version = secrets.withName(name + "-db").get().getMetadata().getResourceVersion();
    secrets.withName(name + "-db").patch(PatchContext.of(PatchType.JSON_MERGE), "{\"data\":null}");
    await("the Secret is mended")
        .atMost(SOON)
        .until(
            () -> {
              var secret = secrets.withName(name + "-db").get();
              return secret.getData() != null
                  && !secret.getMetadata().getResourceVersion().equals(version);
            });
    tenant.patch(name, "{\"metadata\":{\"annotations\":{\"pgdb.dev/rotate-password\":\"1\"}}}");
    tenant.patch(name, "{\"spec\":{\"connectionSecret\":{\"name\":\"other\"}}}");
    await("the Secret has moved")
        .atMost(SOON)
        .until(
            () ->
                secrets.withName("other").get() != null
                    && secrets.withName(name + "-db").get() == null);
    tenant.delete(name);
    tenant.awaitGone(name);
    await("pgdb lets go of the server that no database needs, or it would do so just now")
        .atMost(SOON)
        .until(() -> others.server().get().getFinalizers().isEmpty());
    others.ready().set(true);
    others.setFinalizers("'pgdb.dev/in-use', 'example.com/held'");
    tenant.deleteServer("main");
    await()
        .atMost(SOON)
        .until(() -> others.server().get().getFinalizers().equals(List.of("example.com/held")));
    others.setFinalizers("");
    await().atMost(SOON).until(() -> others.server().get() == null);
  }
}
