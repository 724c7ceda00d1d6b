package dev.pgdb.install;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The fields of manifests that Kubernetes takes as text: a number or a boolean is refused there.
 */
final class Texts {
  private static final Set<String> FIELDS =
      Set.of(
          "name",
          "namespace",
          "image",
          "imagePullPolicy",
          "serviceAccountName",
          "priorityClassName",
          "interval");

  private static final Set<String> MAPS =
      Set.of("labels", "annotations", "matchLabels", "nodeSelector", "selector", "data");

  private static final Set<String> LISTS = Set.of("args", "resourceNames");

  private Texts() {}

  /** Where something else stands in their place. */
  static List<String> wrongIn(JsonNode manifest) {
    var wrong = new ArrayList<String>();
    if (!manifest.at("/kind").asText().equals("CustomResourceDefinition")) { // has schemas
      look("", manifest, wrong);
    }
    return wrong;
  }

  private static void look(String path, JsonNode node, List<String> wrong) {
    node.properties()
        .forEach(
            field -> {
              String below = path + "/" + field.getKey();
              texts(field.getKey(), field.getValue())
                  .filter(value -> value.isValueNode() && !value.isTextual())
                  .forEach(value -> wrong.add(below + ": " + value));
              look(below, field.getValue(), wrong);
            });
    if (node.isArray()) {
      node.forEach(element -> look(path + "/-", element, wrong));
    }
  }

  private static Stream<JsonNode> texts(String field, JsonNode value) {
    if (FIELDS.contains(field)) {
      return Stream.of(value);
    }
    return MAPS.contains(field) || LISTS.contains(field) ? value.valueStream() : Stream.empty();
  }
}
