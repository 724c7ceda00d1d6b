package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Reaper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** {@code kubectl apply -k deploy} installs what the chart installs by default. */
class ManifestsIT {
  @Test
  void areWhatTheChartRenders() throws Exception {
    List<JsonNode> built =
        comparable(Chart.parse(kubectl(ControlPlane.shared(), "kustomize", "deploy")));

    assertThat(built)
        .filteredOn(manifest -> !manifest.at("/kind").asText().equals("Namespace"))
        .containsExactlyInAnyOrderElementsOf(comparable(Manifests.all()));
    assertThat(built)
        .extracting(manifest -> manifest.at("/metadata/name").asText())
        .contains(Chart.NAMESPACE);
  }

  @Test
  void areAppliedAndThenAreWhatTheyWere() throws Exception {
    try (var fresh = ControlPlane.start()) {
      String applied = kubectl(fresh, "apply", "-k", "deploy");

      assertThat(applied)
          .contains("namespace/pgdb-system created")
          .contains(
              "customresourcedefinition.apiextensions.k8s.io/postgresdatabases.pgdb.dev created")
          .contains("deployment.apps/pgdb created");

      assertThat(kubectl(fresh, "apply", "-k", "deploy").lines())
          .hasSameSizeAs(applied.lines().toList())
          .allSatisfy(line -> assertThat(line).endsWith(" unchanged"));
    }
  }

  /** As GitOps does. */
  @Test
  void areAppliedByTheServer() throws Exception {
    assertThat(
            kubectl(
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

  private static String kubectl(ControlPlane cluster, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(cluster.kubectl().toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
    Process process = Reaper.watch(builder.start());
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
