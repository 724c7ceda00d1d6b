package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Which PostgresDatabases there are, for who wants to do without the operator. */
public final class RemainingDatabases {
  private RemainingDatabases() {}

  /**
   * Each as {@code namespace/name}.
   *
   * @param namespaces to look in; empty means all
   */
  public static List<String> in(Set<String> namespaces) {
    try (var client = new KubernetesClientBuilder().build()) {
      return in(namespaces, client);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return List.of(); // not even the CRD is there
      }
      throw e;
    }
  }

  private static List<String> in(Set<String> namespaces, KubernetesClient client) {
    var databases = client.resources(PostgresDatabase.class);
    Stream<PostgresDatabase> found =
        namespaces.isEmpty()
            ? databases.inAnyNamespace().list().getItems().stream()
            : namespaces.stream()
                .map(namespace -> databases.inNamespace(namespace).list().getItems())
                .flatMap(Collection::stream);
    return found.map(ResourceID::fromResource).map(References::path).sorted().toList();
  }
}
