package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What Artifact Hub shows of the chart. Its annotations are YAML within YAML, which Helm never
 * reads.
 */
class ArtifactHubTest {
  private static final String PREFIX = "artifacthub.io/";

  private static final Set<String> KNOWN =
      Set.of(
          "category",
          "changes",
          "crds",
          "crdsExamples",
          "images",
          "license",
          "operator",
          "operatorCapabilities",
          "prerelease");

  private static final Set<String> KINDS_OF_CHANGES =
      Set.of("added", "changed", "deprecated", "removed", "fixed", "security");

  private static JsonNode chart;

  @BeforeAll
  static void read() throws IOException {
    chart = Chart.read(Files.readString(Chart.FOLDER.resolve("Chart.yaml")));
  }

  @Test
  void getsTextOfKnownNamesOnly() {
    assertThat(chart.at("/annotations").properties())
        .hasSameSizeAs(KNOWN)
        .allSatisfy(
            annotation -> {
              assertThat(annotation.getKey()).startsWith(PREFIX);
              assertThat(KNOWN).contains(annotation.getKey().substring(PREFIX.length()));
              assertThat(annotation.getValue().isTextual()).as(annotation.getKey()).isTrue();
            });
  }

  @Test
  void sortsTheChartAmongOthers() {
    assertThat(annotation("category")).isEqualTo("database");
    assertThat(annotation("operator")).isEqualTo("true");
    assertThat(annotation("license")).isEqualTo("Apache-2.0");
    assertThat(annotation("operatorCapabilities"))
        .isIn(
            "Basic Install", "Seamless Upgrades", "Full Lifecycle", "Deep Insights", "Auto Pilot");
    assertThat(annotation("prerelease"))
        .isEqualTo(String.valueOf(chart.at("/version").asText().contains("-")));
  }

  @Test
  void listsTheCrdsAsTheyAre() throws IOException {
    JsonNode listed = list("crds");

    try (var files = Files.list(Path.of("crds"))) {
      assertThat(listed.size()).isEqualTo((int) files.count());
    }
    for (JsonNode entry : listed) {
      String name = entry.at("/name").asText();
      JsonNode crd = Chart.read(Files.readString(Path.of("crds", name + "-v1.yml")));
      assertThat(entry.at("/kind")).isEqualTo(crd.at("/spec/names/kind"));
      assertThat(entry.at("/version")).isEqualTo(crd.at("/spec/versions/0/name"));
      assertThat(entry.at("/displayName").asText()).isNotEmpty();
      assertThat(entry.at("/description").asText()).isNotEmpty();
    }
  }

  /** Whether the API server takes them is seen in ChartIT. */
  @Test
  void showsAnExampleOfEveryKind() {
    assertThat(list("crdsExamples"))
        .extracting(example -> example.at("/kind").asText())
        .containsExactlyElementsOf(
            list("crds").valueStream().map(crd -> crd.at("/kind").asText()).toList());
  }

  @Test
  void namesTheImagesThatTheChartRuns() {
    List<String> run =
        Chart.render(Chart.NAMESPACE, "{}").stream()
            .flatMap(manifest -> manifest.at("/spec/template/spec/containers").valueStream())
            .map(container -> container.at("/image").asText())
            .distinct()
            .toList();

    assertThat(list("images"))
        .extracting(image -> image.at("/image").asText())
        .containsExactlyElementsOf(run);
    assertThat(list("images")).allSatisfy(image -> assertThat(image.has("name")).isTrue());
  }

  @Test
  void tellsWhatHasChanged() {
    assertThat(list("changes"))
        .isNotEmpty()
        .allSatisfy(
            change -> {
              assertThat(KINDS_OF_CHANGES).contains(change.at("/kind").asText());
              assertThat(change.at("/description").asText()).endsWith(".");
            });
  }

  private static JsonNode list(String name) {
    JsonNode list = Chart.read(annotation(name));
    assertThat(list.isArray()).as("%s is a list", name).isTrue();
    return list;
  }

  private static String annotation(String name) {
    JsonNode annotation = chart.at("/annotations").path(PREFIX + name);
    assertThat(annotation.isMissingNode()).as("%s is missing", name).isFalse();
    return annotation.asText();
  }
}
