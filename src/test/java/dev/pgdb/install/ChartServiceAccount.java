package dev.pgdb.install;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Reaper;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpClient;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The operator's ServiceAccount on a cluster, with the rights that the chart gives it and no
 * others: what the operator may not do there fails in tests as it would for users.
 */
public record ChartServiceAccount(ControlPlane cluster, String namespace, String name) {
  private static final Set<String> RIGHTS =
      Set.of("ServiceAccount", "ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding");
  private static final long ONE_DAY = 86_400;

  /** With the default values of the chart. */
  public static ChartServiceAccount on(ControlPlane cluster) {
    return applied(cluster, Chart.NAMESPACE, "{}");
  }

  /** With such values of the chart; only the ServiceAccount and its rights are applied. */
  public static ChartServiceAccount applied(ControlPlane cluster, String namespace, String values) {
    KubernetesClient admin = cluster.client();
    admin
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .serverSideApply();
    Chart.render(namespace, values).stream()
        .filter(manifest -> RIGHTS.contains(manifest.at("/kind").asText()))
        .forEach(manifest -> admin.resource(manifest.toString()).serverSideApply());
    return new ChartServiceAccount(cluster, namespace, "pgdb");
  }

  /** A client that may do what the operator may do. */
  public KubernetesClient client() {
    return client(http -> {});
  }

  /** The same, whose requests can be watched. */
  public KubernetesClient client(Consumer<HttpClient.Builder> http) {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(kubeconfig().toFile()))
        .withHttpClientBuilderConsumer(http)
        .build();
  }

  /** The same for a child process. */
  public Path kubeconfig() {
    try {
      var config =
          Serialization.unmarshal(
              Files.readString(cluster.kubeconfig()), io.fabric8.kubernetes.api.model.Config.class);
      var context =
          config.getContexts().stream()
              .filter(named -> named.getName().equals(config.getCurrentContext()))
              .findFirst()
              .orElseThrow();
      context.getContext().setNamespace(namespace);
      context.getContext().setUser(name);
      config.getUsers().clear();
      config
          .getUsers()
          .add(
              new io.fabric8.kubernetes.api.model.NamedAuthInfoBuilder()
                  .withName(name)
                  .withNewUser()
                  .withToken(token())
                  .endUser()
                  .build());
      Path folder = Reaper.deleteAtEnd(Files.createTempDirectory("pgdb-kubeconfig-"));
      return Files.writeString(folder.resolve("kubeconfig"), Serialization.asYaml(config));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String token() {
    TokenRequest request =
        new TokenRequestBuilder().withNewSpec().withExpirationSeconds(ONE_DAY).endSpec().build();
    return cluster
        .client()
        .serviceAccounts()
        .inNamespace(namespace)
        .withName(name)
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }
}
