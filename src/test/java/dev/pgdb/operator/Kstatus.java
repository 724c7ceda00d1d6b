package dev.pgdb.operator;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What tools that follow kstatus, such as Flux, make of a resource, read as any other one. The
 * rules are those of checkGenericProperties and checkReadyCondition in
 * sigs.k8s.io/cli-utils/pkg/kstatus/status, written again.
 */
enum Kstatus {
  TERMINATING,
  IN_PROGRESS,
  FAILED,
  CURRENT;

  static Kstatus of(GenericKubernetesResource resource) {
    var metadata = resource.getMetadata();
    if (metadata.getDeletionTimestamp() != null) {
      return TERMINATING;
    }
    Number observed = resource.get("status", "observedGeneration");
    if (observed != null && observed.longValue() != metadata.getGeneration()) {
      return IN_PROGRESS;
    }
    if ("True".equals(condition(resource, "Reconciling"))) {
      return IN_PROGRESS;
    }
    if ("True".equals(condition(resource, "Stalled"))) {
      return FAILED;
    }
    String ready = condition(resource, "Ready");
    return ready == null || ready.equals("True") ? CURRENT : IN_PROGRESS;
  }

  /** The status of the condition of this type; null where there is none. */
  static @Nullable String condition(GenericKubernetesResource resource, String type) {
    List<Map<String, String>> conditions = resource.get("status", "conditions");
    return conditions == null
        ? null
        : conditions.stream()
            .filter(condition -> type.equals(condition.get("type")))
            .map(condition -> condition.get("status"))
            .findFirst()
            .orElse(null);
  }
}
