package dev.pgdb.operator;

import dev.pgdb.testbed.ControlPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.awaitility.Awaitility;

/** A policy of the cluster by which a Secret must not have the label of those in use. */
final class RefusedLabel implements AutoCloseable {
  static final String MESSAGE = "no labels on Secrets here";

  private static final String POLICY =
      """
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicy
      metadata: {name: %1$s}
      spec:
        matchConstraints:
          resourceRules:
            - {apiGroups: [""], apiVersions: [v1], operations: [UPDATE], resources: [secrets]}
        matchConditions:
          - name: here
            expression: request.namespace == '%1$s' && request.name == '%2$s'
        validations:
          - expression: "!('pgdb.dev/in-use' in object.metadata.?labels.orValue({}))"
            message: %3$s
      ---
      apiVersion: admissionregistration.k8s.io/v1
      kind: ValidatingAdmissionPolicyBinding
      metadata: {name: %1$s}
      spec: {policyName: %1$s, validationActions: [Deny]}
      """;

  private final KubernetesClient client;
  private final String namespace;
  private final String secret;

  RefusedLabel(ControlPlane cluster, String namespace, String secret) {
    this.client = cluster.client();
    this.namespace = namespace;
    this.secret = secret;
    client.load(policy()).serverSideApply();
  }

  /** The API server heeds a new policy some moments later. */
  void await() {
    Awaitility.await("the policy is heeded").atMost(Duration.ofSeconds(60)).until(this::refuses);
  }

  private boolean refuses() {
    try {
      client
          .secrets()
          .inNamespace(namespace)
          .withName(secret)
          .dryRun()
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"metadata\":{\"labels\":{\"pgdb.dev/in-use\":\"true\"}}}");
      return false;
    } catch (KubernetesClientException e) {
      return String.valueOf(e.getMessage()).contains(MESSAGE);
    }
  }

  @Override
  public void close() {
    client.load(policy()).delete();
  }

  private ByteArrayInputStream policy() {
    String yaml = POLICY.formatted(namespace, secret, MESSAGE);
    return new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8));
  }
}
