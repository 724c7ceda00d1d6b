package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.MixedOperation;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What still needs the operator: without it, its deletion would wait for ever.
 *
 * @param databases the PostgresDatabases that there are, each as {@code namespace/name}
 * @param held the PostgresServers and Secrets that pgdb has its finalizer on
 */
public record Remaining(List<String> databases, List<Held> held) {

  /**
   * Something that pgdb keeps while a database needs it.
   *
   * @param index of the finalizer of pgdb among those that it has
   */
  public record Held(String kind, String namespace, String name, String finalizer, int index) {
    private static Held of(HasMetadata resource) {
      var metadata = resource.getMetadata();
      return new Held(
          resource.getKind().toLowerCase(Locale.ROOT),
          metadata.getNamespace(),
          metadata.getName(),
          SecretsInUse.IN_USE,
          metadata.getFinalizers().indexOf(SecretsInUse.IN_USE));
    }
  }

  /**
   * Asks the API server.
   *
   * @param namespaces to look in; empty means all
   */
  public static Remaining in(Set<String> namespaces) {
    try (var client = new KubernetesClientBuilder().build()) {
      return in(namespaces, client);
    }
  }

  private static Remaining in(Set<String> namespaces, KubernetesClient client) {
    var any = new ListOptions();
    var labelled = new ListOptionsBuilder().withLabelSelector(SecretsInUse.IN_USE).build();
    List<String> databases =
        list(client.resources(PostgresDatabase.class), namespaces, any)
            .map(ResourceID::fromResource)
            .map(References::path)
            .sorted()
            .toList();
    List<Held> held =
        Stream.concat(
                list(client.resources(PostgresServer.class), namespaces, any),
                list(client.secrets(), namespaces, labelled))
            .filter(resource -> resource.hasFinalizer(SecretsInUse.IN_USE))
            .map(Held::of)
            .toList();
    return new Remaining(databases, held);
  }

  private static <R extends HasMetadata, L extends KubernetesResourceList<R>> Stream<R> list(
      MixedOperation<R, L, Resource<R>> kind, Set<String> namespaces, ListOptions which) {
    try {
      return namespaces.isEmpty()
          ? kind.inAnyNamespace().list(which).getItems().stream()
          : namespaces.stream()
              .map(namespace -> kind.inNamespace(namespace).list(which).getItems())
              .toList()
              .stream()
              .flatMap(Collection::stream);
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return Stream.of(); // not even the CRD is there
      }
      throw e;
    }
  }
}
