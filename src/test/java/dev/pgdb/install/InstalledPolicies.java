package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.ControlPlane;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.time.Duration;
import java.util.stream.Stream;

/**
 * What the API server refuses once pgdb is installed. pgdb itself does not run meanwhile, so that
 * what is not refused is gone at once.
 */
record InstalledPolicies(ControlPlane cluster) {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String NAMESPACE = "guarded";
  private static final String ALL = "/apis/pgdb.dev/v1/namespaces/guarded/postgresdatabases";
  private static final String LIFT =
      "kubectl patch postgresdatabase kept -n guarded --type merge -p"
          + " '{\"spec\":{\"deletion\":{\"protected\":false}}}'";

  void keepProtectedDatabases() throws Exception {
    cluster
        .client()
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
    apply("kept", true);
    await("the policy is in force")
        .atMost(SOON)
        .ignoreExceptionsMatching(AssertionError.class::isInstance)
        .until(
            () ->
                !kubectlInVain("delete", "postgresdatabase", "kept", "--dry-run=server").isEmpty());

    assertThat(kubectlInVain("delete", "postgresdatabase", "kept"))
        .contains("this database is protected from deletion; to lift that: " + LIFT);

    apply("free", false);
    assertThat(kubectlInVain("delete", "postgresdatabases", "--all"))
        .contains("postgresdatabase.pgdb.dev \"free\" deleted")
        .contains("this database is protected from deletion");
    assertThat(kubectlInVain("delete", "--raw", ALL)) // one request for the whole collection
        .contains("this database is protected from deletion");
    assertThat(kubectl("get", "postgresdatabases", "-o", "name").strip())
        .isEqualTo("postgresdatabase.pgdb.dev/kept");

    Kubectl.run(cluster, Kubectl.arguments(LIFT));
    kubectl("delete", "postgresdatabase", "kept");
  }

  void keepCrds() throws Exception {
    String servers = "postgresservers.pgdb.dev";
    await("the policy is in force")
        .atMost(SOON)
        .ignoreExceptionsMatching(AssertionError.class::isInstance)
        .until(() -> !kubectlInVain("delete", "crd", servers, "--dry-run=server").isEmpty());

    assertThat(kubectlInVain("delete", "crd", servers))
        .contains("deleting this CRD would delete every PostgresServer")
        .contains("kubectl annotate crd " + servers + " pgdb.dev/allow-deletion=true");
    assertThat(
            kubectlInVain(
                "delete", "--raw", "/apis/apiextensions.k8s.io/v1/customresourcedefinitions"))
        .contains("deleting this CRD would delete every Postgres");
    assertThat(
            kubectl("get", "crds", "-o", "jsonpath={.items[*].metadata.deletionTimestamp}").strip())
        .isEmpty();

    kubectl("annotate", "crd", servers, "pgdb.dev/allow-deletion=true");
    assertThat(kubectl("delete", "crd", servers, "--dry-run=server")).contains("deleted");
    kubectl("annotate", "crd", servers, "pgdb.dev/allow-deletion-");
  }

  private void apply(String name, boolean isProtected) {
    cluster
        .client()
        .resource(
            """
            apiVersion: pgdb.dev/v1
            kind: PostgresDatabase
            metadata: {name: %s, namespace: %s}
            spec: {serverRef: {name: main}, deletion: {protected: %s}}
            """
                .formatted(name, NAMESPACE, isProtected))
        .serverSideApply();
  }

  private String kubectl(String... arguments) throws Exception {
    return Kubectl.run(cluster, inNamespace(arguments));
  }

  private String kubectlInVain(String... arguments) throws Exception {
    return Kubectl.runInVain(cluster, inNamespace(arguments));
  }

  private static String[] inNamespace(String... arguments) {
    return Stream.concat(Stream.of(arguments), Stream.of("-n", NAMESPACE)).toArray(String[]::new);
  }
}
