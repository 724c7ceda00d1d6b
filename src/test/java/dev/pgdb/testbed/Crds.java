package dev.pgdb.testbed;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.File;
import java.util.List;
import java.util.concurrent.TimeUnit;

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
}
