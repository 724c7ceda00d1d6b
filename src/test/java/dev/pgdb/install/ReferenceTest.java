package dev.pgdb.install;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** docs/reference.md describes every field that the CRDs have, in their words. */
class ReferenceTest {
  private static final List<String> KINDS = List.of("postgresservers", "postgresdatabases");

  @Test
  void describesEveryField() throws IOException {
    var text =
        new StringBuilder(
            """
            # Reference

            Every field of the custom resources (API group `pgdb.dev`, version `v1`), generated from the CRDs. `kubectl explain
            postgresdatabase.spec` says the same in a terminal. Fields in bold are required.
            """);
    for (String kind : KINDS) {
      JsonNode crd =
          Chart.read(Files.readString(Path.of("crds", kind + ".pgdb.dev-v1.yml"))).at("/spec");
      JsonNode schema = crd.at("/versions/0/schema/openAPIV3Schema");
      text.append("\n## ").append(crd.at("/names/kind").asText()).append("\n\n");
      text.append(oneLine(schema)).append(" Short name: `");
      text.append(crd.at("/names/shortNames/0").asText()).append("`.\n");
      for (String part : List.of("spec", "status")) {
        text.append("\n| ").append(part).append(" | type | default | |\n|---|---|---|---|\n");
        rows(part, schema.at("/properties/" + part), text);
      }
    }
    GeneratedFile.of("docs/reference.md").mustBe(text.toString());
  }

  private static void rows(String path, JsonNode schema, StringBuilder text) {
    schema
        .path("properties")
        .properties()
        .forEach(
            property -> {
              JsonNode field = property.getValue();
              boolean list = field.has("items");
              String name = path + "." + property.getKey() + (list ? "[]" : "");
              String shown = "`" + name.substring(name.indexOf('.') + 1) + "`";
              boolean required =
                  elements(schema.path("required")).contains("\"" + property.getKey() + "\"");
              JsonNode byDefault = field.path("default");
              text.append("| ")
                  .append(required ? "**" + shown + "**" : shown)
                  .append(" | ")
                  .append(type(list ? field.path("items") : field))
                  .append(" | ")
                  .append(
                      byDefault.isMissingNode() || byDefault.isContainerNode()
                          ? ""
                          : "`" + byDefault.asText() + "`")
                  .append(" | ")
                  .append(oneLine(field).replace("|", "\\|"))
                  .append(" |\n");
              rows(name, list ? field.path("items") : field, text);
            });
  }

  private static String type(JsonNode field) {
    List<String> choices = elements(field.path("enum"));
    return choices.isEmpty()
        ? field.path("type").asText()
        : choices.stream()
            .map(choice -> "`" + choice.replace("\"", "") + "`")
            .collect(Collectors.joining(", "));
  }

  private static String oneLine(JsonNode field) {
    return field.path("description").asText().replaceAll("\\s+", " ");
  }

  private static List<String> elements(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::toString).toList();
  }
}
