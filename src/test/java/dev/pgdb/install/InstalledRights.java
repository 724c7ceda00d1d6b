package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The rights that a release gives pgdb, as the API server has them. */
record InstalledRights(KubernetesClient client, ChartRelease release) {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Those for the whole cluster. */
  void mustBeEverywhere() {
    Set<String> roles = Set.of("pgdb-system-pgdb", "pgdb-system-pgdb-namespaces");
    assertThat(roles()).isEqualTo(roles);
    assertThat(bindings()).isEqualTo(roles);
    awaitRightsIn(Set.of("shop", "billing", "kube-system"));
  }

  /** Those in some of the namespaces shop and billing, and none elsewhere. */
  void mustBeIn(Set<String> namespaces) {
    assertThat(roles()).isEqualTo(namespaces);
    assertThat(bindings()).isEqualTo(namespaces);
    awaitRightsIn(namespaces);
  }

  private Set<String> roles() {
    return places(
        client.rbac().clusterRoles().withLabels(release.labels()).list().getItems(),
        client.rbac().roles().inAnyNamespace().withLabels(release.labels()).list().getItems());
  }

  private Set<String> bindings() {
    return places(
        client.rbac().clusterRoleBindings().withLabels(release.labels()).list().getItems(),
        client
            .rbac()
            .roleBindings()
            .inAnyNamespace()
            .withLabels(release.labels())
            .list()
            .getItems());
  }

  /** The names of those for the cluster, and the namespaces of the others. */
  private Set<String> places(
      List<? extends HasMetadata> ofTheCluster, List<? extends HasMetadata> ofNamespaces) {
    var places = new TreeSet<String>();
    ofTheCluster.forEach(role -> places.add(role.getMetadata().getName()));
    ofNamespaces.forEach(role -> places.add(role.getMetadata().getNamespace()));
    places.remove(release.namespace()); // where it has its lease
    return places;
  }

  private void awaitRightsIn(Set<String> namespaces) {
    await("rights in " + namespaces + " and nowhere else")
        .atMost(SOON)
        .until(
            () ->
                Set.of("shop", "billing", "kube-system").stream()
                    .filter(this::mayReadSecretsIn)
                    .collect(Collectors.toSet())
                    .equals(namespaces));
  }

  private boolean mayReadSecretsIn(String namespace) {
    var review =
        client
            .authorization()
            .v1()
            .subjectAccessReview()
            .create(
                new SubjectAccessReviewBuilder()
                    .withNewSpec()
                    .withUser(
                        "system:serviceaccount:%s:%s"
                            .formatted(release.namespace(), release.serviceAccount()))
                    .withNewResourceAttributes()
                    .withNamespace(namespace)
                    .withResource("secrets")
                    .withVerb("list")
                    .endResourceAttributes()
                    .endSpec()
                    .build());
    return Objects.requireNonNull(review.getStatus()).getAllowed();
  }
}
