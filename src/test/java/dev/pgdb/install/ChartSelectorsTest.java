package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What selects pods by their labels meets those of the chart that it is meant for, and no others.
 */
class ChartSelectorsTest {
  private static final String LABELS = "/spec/template/metadata/labels";

  /** With everything switched on, and labels of users that might get in the way. */
  private static final String VALUES =
      """
      replicas: 2
      labels: {team: dba, app.kubernetes.io/name: theirs}
      podLabels: {tier: data, app.kubernetes.io/component: theirs}
      metrics: {service: {enabled: true}, podMonitor: {enabled: true}}
      """;

  @ParameterizedTest
  @CsvSource({
    "Deployment, /spec/selector/matchLabels",
    "PodDisruptionBudget, /spec/selector/matchLabels",
    "Service, /spec/selector",
    "PodMonitor, /spec/selector/matchLabels",
    "Deployment, /spec/template/spec/topologySpreadConstraints/0/labelSelector/matchLabels",
  })
  void meetThePodsOfTheOperatorAlone(String kind, String selector) {
    JsonNode selected = one(kind).at(selector);

    assertThat(selects(selected, one("Deployment"))).isTrue();
    assertThat(selects(selected, one("Job"))).as("the pod of the hook").isFalse();
  }

  /** The hook asks the API server, too. */
  @ParameterizedTest
  @ValueSource(strings = {"Deployment", "Job"})
  void letTheNetworkPolicyMeetAllPods(String owner) {
    assertThat(selects(one("NetworkPolicy").at("/spec/podSelector/matchLabels"), one(owner)))
        .isTrue();
  }

  private static boolean selects(JsonNode selector, JsonNode owner) {
    assertThat(selector.isObject()).isTrue();
    return !selector.isEmpty()
        && selector.properties().stream()
            .allMatch(label -> label.getValue().equals(owner.at(LABELS).path(label.getKey())));
  }

  private static JsonNode one(String kind) {
    List<JsonNode> found =
        Chart.render(Chart.NAMESPACE, VALUES).stream()
            .filter(manifest -> manifest.at("/kind").asText().equals(kind))
            .toList();
    assertThat(found).as(kind).hasSize(1);
    return found.getFirst();
  }
}
