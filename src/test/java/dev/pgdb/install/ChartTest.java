package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart renders and refuses; the cases are in src/test/resources/chart/cases.yaml. */
class ChartTest {
  private static final Path CASES = Path.of("src/test/resources/chart/cases.yaml");
  private static final Path CRDS = Path.of("crds");

  /** Values of users, and what must come of them; what it lacks are kinds or names. */
  record Case(
      String name,
      @Nullable String release,
      @Nullable String namespace,
      JsonNode values,
      List<Expected> renders,
      List<String> lacks,
      @Nullable String refuses) {
    Case {
      renders = Objects.requireNonNullElse(renders, List.of());
      lacks = Objects.requireNonNullElse(lacks, List.of());
    }

    List<JsonNode> rendered() {
      return Chart.render(
          Objects.requireNonNullElse(release, "pgdb"),
          Objects.requireNonNullElse(namespace, Chart.NAMESPACE),
          values.toString());
    }

    @Override
    public String toString() {
      return name;
    }
  }

  /** A resource, found by its kind and the end of its name, and what stands in it. */
  record Expected(String kind, @Nullable String name, @Nullable String at, @Nullable JsonNode is) {
    boolean isMetBy(JsonNode manifest) {
      return kind.equals(manifest.at("/kind").asText())
          && (name == null || manifest.at("/metadata/name").asText().endsWith(name))
          && (at == null || manifest.at(at).equals(is));
    }
  }

  static List<Case> cases() throws IOException {
    return List.of(Chart.YAML.readValue(CASES.toFile(), Case[].class));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void rendersOrRefuses(Case given) {
    if (given.refuses() != null) {
      assertThatIllegalStateException()
          .isThrownBy(given::rendered)
          .withMessageContaining(given.refuses());
      return;
    }
    List<JsonNode> manifests = given.rendered();
    for (Expected expected : given.renders()) {
      assertThat(manifests)
          .as("%s", expected)
          .filteredOn(manifest -> expected.kind().equals(manifest.at("/kind").asText()))
          .anyMatch(expected::isMetBy);
    }
    assertThat(manifests)
        .flatExtracting(manifest -> List.of(manifest.at("/kind"), manifest.at("/metadata/name")))
        .extracting(JsonNode::asText)
        .doesNotContainAnyElementsOf(given.lacks().isEmpty() ? List.of("Nothing") : given.lacks());
    assertThat(manifests).allSatisfy(manifest -> assertThat(Texts.wrongIn(manifest)).isEmpty());
  }

  /** A value without a case could lose its effect unseen. */
  @Test
  void everyValueHasACase() throws IOException {
    var set = new TreeSet<String>();
    for (Case given : cases()) {
      if (given.refuses() == null) {
        leaves("", given.values(), set);
      }
    }
    for (String value : ChartValues.read().paths()) {
      assertThat(set).anyMatch(path -> path.equals(value) || path.startsWith(value + "."));
    }
  }

  /** Also where the chart that it belongs to switches it on and off by pgdb.enabled. */
  @Test
  void isPartOfAnotherChart(@TempDir Path other) throws IOException {
    Files.writeString(
        other.resolve("Chart.yaml"),
        """
        apiVersion: v2
        name: shop
        version: 1.0.0
        dependencies: [{name: pgdb, version: "*", condition: pgdb.enabled}]
        """);
    Chart.copyTo(other.resolve("charts/pgdb"));

    assertThat(Chart.render(other, "prod", "shop", "{pgdb: {enabled: true}, global: {a: b}}"))
        .filteredOn(manifest -> manifest.at("/kind").asText().equals("Deployment"))
        .extracting(manifest -> manifest.at("/metadata/name").asText())
        .containsExactly("prod-pgdb");
    assertThat(Chart.render(other, "prod", "shop", "{pgdb: {enabled: false}}")).isEmpty();
  }

  @Test
  void passesLint() {
    var result = new Helm(Chart.FOLDER).lint().strict().call();

    assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
  }

  @Test
  void bringsTheCrdsOfThisBuildAndKeepsThemOnUninstall() throws IOException {
    var rendered =
        Chart.render(Chart.NAMESPACE, "{}").stream()
            .filter(manifest -> manifest.at("/kind").asText().equals("CustomResourceDefinition"))
            .toList();

    assertThat(rendered).hasSize(2);
    for (JsonNode crd : rendered) {
      var generated = CRDS.resolve(crd.at("/metadata/name").asText() + "-v1.yml");
      assertThat(crd.at("/spec")).isEqualTo(Chart.read(Files.readString(generated)).at("/spec"));
      assertThat(crd.at("/metadata/annotations/helm.sh~1resource-policy").asText())
          .isEqualTo("keep");
    }
  }

  @Test
  void bringsTheAdmissionPoliciesOfDeploy() throws IOException {
    assertThat(Chart.FOLDER.resolve("files/admission-policy.yaml"))
        .hasSameTextualContentAs(Path.of("deploy/admission-policy.yaml"));
  }

  @Test
  void hasTheVersionOfTheBuild() throws IOException {
    String pom = Files.readString(Path.of("pom.xml"));
    String version = pom.split("<version>", 2)[1].split("</version>", 2)[0];
    JsonNode chart = Chart.read(Files.readString(Chart.FOLDER.resolve("Chart.yaml")));

    assertThat(chart.at("/version").asText()).isEqualTo(version);
    assertThat(chart.at("/appVersion").asText()).isEqualTo(version);
    assertThat(Path.of("deploy/kustomization.yaml"))
        .content()
        .contains("app.kubernetes.io/version: " + version + "\n");
  }

  private static void leaves(String path, JsonNode node, Set<String> found) {
    if (node.isObject() && !node.isEmpty()) {
      node.properties()
          .forEach(
              field ->
                  leaves(
                      path.isEmpty() ? field.getKey() : path + "." + field.getKey(),
                      field.getValue(),
                      found));
    } else {
      found.add(path);
    }
  }
}
