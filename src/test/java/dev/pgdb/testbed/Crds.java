package dev.pgdb.testbed;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.File;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** The committed CRDs, in a cluster. */
public final class Crds {
  private Crds() {}

  /** Applies them, and waits until the API server serves their resources. */
  public static void install(KubernetesClient client) {
    for (String name : List.of("postgresservers", "postgresdatabases")) {
      var definitions = client.apiextensions().v1().customResourceDefinitions();
      var crd = definitions.load(new File("crds/" + name + ".pgdb.dev-v1.yml")).item();
      client.resource(crd).serverSideApply();
      client
          .resource(crd)
          .waitUntilCondition(
              c ->
                  c.getStatus() != null
                      && c.getStatus().getConditions() != null
                      && c.getStatus().getConditions().stream()
                          .anyMatch(
                              s ->
                                  "Established".equals(s.getType())
                                      && "True".equals(s.getStatus())),
              30,
              TimeUnit.SECONDS);
    }
  }

  /** Waits until the API server serves their resources, whoever has applied them. */
  public static void awaitServed(KubernetesClient client) {
    Awaitility.await("the CRDs are served")
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptions()
        .until(
            () ->
                client.resources(PostgresDatabase.class).inAnyNamespace().list() != null
                    && client.resources(PostgresServer.class).inAnyNamespace().list() != null);
  }
}
