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
  private final ControlPlane cluster = ControlPlane.shared();

  @Test
  void areWhatTheChartRenders() throws Exception {
    List<JsonNode> built = comparable(Chart.parse(kubectl("kustomize", "deploy")));

    assertThat(built)
        .filteredOn(manifest -> !manifest.at("/kind").asText().equals("Namespace"))
        .containsExactlyInAnyOrderElementsOf(comparable(Manifests.all()));
    assertThat(built)
        .extracting(manifest -> manifest.at("/metadata/name").asText())
        .contains(Chart.NAMESPACE);
  }

  @Test
  void areApplied() throws Exception {
    String applied =
        kubectl("apply", "-k", "deploy", "--server-side", "--force-conflicts", "--timeout=60s");

    assertThat(applied)
        .contains("namespace/pgdb-system")
        .contains("customresourcedefinition.apiextensions.k8s.io/postgresdatabases.pgdb.dev")
        .contains("deployment.apps/pgdb");
  }

  /** kustomize writes 1.0 as 1. */
  private static List<JsonNode> comparable(List<JsonNode> manifests) {
    return manifests.stream()
        .map(manifest -> Chart.read(manifest.toString().replaceAll("(?<=\\d)\\.0(?=[,}\\]])", "")))
        .toList();
  }

  private String kubectl(String... arguments) throws IOException, InterruptedException {
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
