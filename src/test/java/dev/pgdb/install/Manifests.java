package dev.pgdb.install;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.util.List;
import java.util.Set;

/** What the chart installs by default, without what only Helm understands. */
final class Manifests {
  private static final ObjectMapper WRITER =
      YAMLMapper.builder()
          .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
          .disable(YAMLGenerator.Feature.SPLIT_LINES)
          .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
          .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
          .enable(YAMLGenerator.Feature.INDENT_ARRAYS_WITH_INDICATOR)
          .build();

  private static final Set<String> IN_FILES_OF_THEIR_OWN =
      Set.of(
          "CustomResourceDefinition",
          "ValidatingAdmissionPolicy",
          "ValidatingAdmissionPolicyBinding");

  private Manifests() {}

  static List<JsonNode> all() {
    return Chart.render(Chart.NAMESPACE, "{}").stream()
        .filter(manifest -> manifest.at("/metadata/annotations/helm.sh~1hook").isMissingNode())
        .map(Manifests::withoutHelm)
        .toList();
  }

  /** The operator and its rights, as YAML. */
  static String operator() throws JsonProcessingException {
    var text =
        new StringBuilder(
            "# Generated from the chart in helm/pgdb, manual edits get overwritten.\n");
    for (JsonNode manifest : all()) {
      if (!IN_FILES_OF_THEIR_OWN.contains(manifest.at("/kind").asText())) {
        text.append("---\n").append(WRITER.writeValueAsString(manifest));
      }
    }
    return text.toString();
  }

  private static JsonNode withoutHelm(JsonNode manifest) {
    JsonNode copy = manifest.deepCopy();
    for (JsonNode metadata : List.of(copy.at("/metadata"), copy.at("/spec/template/metadata"))) {
      if (metadata instanceof ObjectNode object) {
        remove(object, "labels", "helm.sh/chart", "app.kubernetes.io/managed-by");
        remove(object, "annotations", "helm.sh/resource-policy");
      }
    }
    return copy;
  }

  private static void remove(ObjectNode metadata, String field, String... keys) {
    if (metadata.get(field) instanceof ObjectNode object) {
      object.remove(List.of(keys));
      if (object.isEmpty()) {
        metadata.remove(field);
      }
    }
  }
}
