package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** {@code kubectl apply -k deploy} installs what the chart installs by default. */
class ManifestsIT {
  private static ControlPlane fresh;
  private static String applied;

  @BeforeAll
  static void apply() throws Exception {
    fresh = ControlPlane.start();
    applied = Kubectl.run(fresh, "apply", "-k", "deploy");
    Crds.awaitServed(fresh.client());
  }

  @AfterAll
  static void stopCluster() {
    fresh.close();
  }

  @Test
  void areWhatTheChartRenders() throws Exception {
    List<JsonNode> built =
        comparable(Chart.parse(Kubectl.run(ControlPlane.shared(), "kustomize", "deploy")));

    assertThat(built)
        .filteredOn(manifest -> !manifest.at("/kind").asText().equals("Namespace"))
        .containsExactlyInAnyOrderElementsOf(comparable(Manifests.all()));
    assertThat(built)
        .extracting(manifest -> manifest.at("/metadata/name").asText())
        .contains(Chart.NAMESPACE);
  }

  @Test
  void areAppliedAndThenAreWhatTheyWere() throws Exception {
    assertThat(applied)
        .contains("namespace/pgdb-system created")
        .contains(
            "customresourcedefinition.apiextensions.k8s.io/postgresdatabases.pgdb.dev created")
        .contains("deployment.apps/pgdb created");

    assertThat(Kubectl.run(fresh, "apply", "-k", "deploy").lines())
        .hasSameSizeAs(applied.lines().toList())
        .allSatisfy(line -> assertThat(line).endsWith(" unchanged"));
  }

  @Test
  void haveTheApiServerRefuseDeletionsThatNobodyCanHaveMeant() throws Exception {
    var policies = new InstalledPolicies(fresh);

    policies.keepProtectedDatabases();
    policies.keepCrds();
  }

  /** As GitOps does. */
  @Test
  void areAppliedByTheServer() throws Exception {
    assertThat(
            Kubectl.run(
                ControlPlane.shared(),
                "apply",
                "-k",
                "deploy",
                "--server-side",
                "--force-conflicts"))
        .contains("deployment.apps/pgdb serverside-applied");
  }

  /** kustomize writes 1.0 as 1. */
  private static List<JsonNode> comparable(List<JsonNode> manifests) {
    return manifests.stream()
        .map(manifest -> Chart.read(manifest.toString().replaceAll("(?<=\\d)\\.0(?=[,}\\]])", "")))
        .toList();
  }
}
