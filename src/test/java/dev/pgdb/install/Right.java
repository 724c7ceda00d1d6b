package dev.pgdb.install;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Set;
import java.util.TreeSet;

/** A verb on a resource, as RBAC has them. */
public record Right(String group, String resource, String verb) implements Comparable<Right> {
  private static final Set<String> ROLES = Set.of("Role", "ClusterRole");

  /** All that the chart gives with such values. */
  public static Set<Right> givenByChart(String namespace, String values) {
    var rights = new TreeSet<Right>();
    for (JsonNode manifest : Chart.render(namespace, values)) {
      if (ROLES.contains(manifest.at("/kind").asText())) {
        for (JsonNode rule : manifest.at("/rules")) {
          for (JsonNode group : rule.at("/apiGroups")) {
            for (JsonNode resource : rule.at("/resources")) {
              for (JsonNode verb : rule.at("/verbs")) {
                rights.add(new Right(group.asText(), resource.asText(), verb.asText()));
              }
            }
          }
        }
      }
    }
    return rights;
  }

  @Override
  public int compareTo(Right other) {
    return toString().compareTo(other.toString());
  }

  @Override
  public String toString() {
    return verb + " " + resource + (group.isEmpty() ? "" : "." + group);
  }
}
