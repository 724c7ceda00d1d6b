package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.pgdb.testbed.ControlPlane;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The pods of the chart may run where only restricted ones may: the API server says so. */
class RestrictedPodsIT {
  private static final String NAMESPACE = "pgdb-restricted";

  private final KubernetesClient client = ControlPlane.shared().client();

  RestrictedPodsIT() {
    client
        .resource(
            new NamespaceBuilder()
                .withNewMetadata()
                .withName(NAMESPACE)
                .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
                .endMetadata()
                .build())
        .serverSideApply();
    client
        .resource(
            new ServiceAccountBuilder()
                .withNewMetadata()
                .withName("pgdb")
                .withNamespace(NAMESPACE)
                .endMetadata()
                .build())
        .serverSideApply();
  }

  @Test
  void thatOfTheOperatorAndThatOfTheHookAreTaken() {
    List<Pod> pods = pods();

    assertThat(pods).hasSize(2);
    pods.forEach(pod -> assertThat(create(pod).getSpec().getContainers()).hasSize(1));
  }

  @Test
  void onesWithMoreRightsAreRefused() {
    Pod watching = new PodBuilder(pods().getFirst()).editSpec().withHostPID(true).endSpec().build();

    assertThatThrownBy(() -> create(watching))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("violates PodSecurity \"restricted");
  }

  /** Nothing is left of it. */
  private Pod create(Pod pod) {
    return client.resource(pod).inNamespace(NAMESPACE).dryRun().create();
  }

  private static List<Pod> pods() {
    return Chart.render(NAMESPACE, "{}").stream()
        .filter(manifest -> List.of("Deployment", "Job").contains(manifest.at("/kind").asText()))
        .map(RestrictedPodsIT::pod)
        .toList();
  }

  private static Pod pod(JsonNode owner) {
    return new PodBuilder()
        .withNewMetadata()
        .withName(owner.at("/metadata/name").asText())
        .endMetadata()
        .withSpec(
            Serialization.unmarshal(owner.at("/spec/template/spec").toString(), PodSpec.class))
        .build();
  }
}
