package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Every value of the chart is described, and described where people and Helm look. */
class ChartDocumentationTest {
  /** What charts that have this one as a part may set in its values. */
  private static final Set<String> OF_OTHER_CHARTS = Set.of("global", "enabled");

  @Test
  void theReadmeListsEveryValue() throws IOException {
    GeneratedFile.of("helm/pgdb/README.md")
        .mustHave("<!-- values -->", "<!-- end of values -->", ChartValues.read().table());
  }

  @Test
  void everyValueIsDescribed() throws IOException {
    JsonNode all = Chart.read(Files.readString(Chart.FOLDER.resolve("values.yaml")));

    assertThat(ChartValues.read().paths()).containsExactlyElementsOf(undescribed("", all));
  }

  @Test
  void theSchemaKnowsEveryValueAndNoOther() throws IOException {
    JsonNode schema = Chart.read(Files.readString(Chart.FOLDER.resolve("values.schema.json")));
    var known = new ArrayList<String>();
    properties("", schema, known);

    assertThat(known)
        .filteredOn(path -> !OF_OTHER_CHARTS.contains(path))
        .containsExactlyElementsOf(ChartValues.read().paths());
  }

  /** Sections are described by their values; what is passed on to Kubernetes, as a whole. */
  private static List<String> undescribed(String path, JsonNode node) throws IOException {
    if (!path.isEmpty() && (!node.isObject() || ChartValues.read().paths().contains(path))) {
      return List.of(path);
    }
    var found = new ArrayList<String>();
    for (var field : node.properties()) {
      String child = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
      found.addAll(undescribed(child, field.getValue()));
    }
    return found;
  }

  private static void properties(String path, JsonNode schema, List<String> found) {
    JsonNode properties = schema.path("properties");
    if (properties.isMissingNode()) {
      found.add(path);
      return;
    }
    properties
        .properties()
        .forEach(
            property ->
                properties(
                    path.isEmpty() ? property.getKey() : path + "." + property.getKey(),
                    property.getValue(),
                    found));
  }
}
