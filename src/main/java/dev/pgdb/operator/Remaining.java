package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResourceList;
import io.fabric8.kubernetes.api.model.ListOptions;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.SecretList;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Listable;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What still needs the operator: without it, its deletion would wait for ever.
 *
 * @param databases the PostgresDatabases that there are, each as {@code namespace/name}
 * @param held the PostgresServers and Secrets that pgdb has its finalizer on
 * @param unseen sentences on where pgdb could not look, and why
 */
public record Remaining(List<String> databases, List<Held> held, List<String> unseen) {

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

  static Remaining in(Set<String> namespaces, KubernetesClient client) {
    return namespaces.isEmpty()
        ? in(client)
        : namespaces.stream()
            .sorted()
            .map(namespace -> in(namespace, client))
            .reduce(new Remaining(List.of(), List.of(), List.of()), Remaining::and);
  }

  private static Remaining in(KubernetesClient client) {
    try {
      return found(
          client.resources(PostgresDatabase.class).inAnyNamespace(),
          client.resources(PostgresServer.class).inAnyNamespace(),
          client.secrets().inAnyNamespace());
    } catch (KubernetesClientException e) {
      return unseen(
          "all namespaces", ": give it the rights of its chart again, and uninstall again", e);
    }
  }

  private static Remaining in(String namespace, KubernetesClient client) {
    try {
      return found(
          client.resources(PostgresDatabase.class).inNamespace(namespace),
          client.resources(PostgresServer.class).inNamespace(namespace),
          client.secrets().inNamespace(namespace));
    } catch (KubernetesClientException e) {
      return unseen(
          "namespace " + namespace,
          "; where the namespace is gone, nothing there needs pgdb any more: once nothing else is"
              + " named here, uninstall with --no-hooks",
          e);
    }
  }

  private static Remaining found(
      Listable<? extends KubernetesResourceList<PostgresDatabase>> databases,
      Listable<? extends KubernetesResourceList<PostgresServer>> servers,
      Listable<SecretList> secrets) {
    var any = new ListOptions();
    var labelled = new ListOptionsBuilder().withLabelSelector(SecretsInUse.IN_USE).build();
    return new Remaining(
        list(databases, any).map(ResourceID::fromResource).map(References::path).sorted().toList(),
        Stream.concat(list(servers, any), list(secrets, labelled))
            .filter(resource -> resource.hasFinalizer(SecretsInUse.IN_USE))
            .map(Held::of)
            .toList(),
        List.of());
  }

  private static <R extends HasMetadata> Stream<R> list(
      Listable<? extends KubernetesResourceList<R>> kind, ListOptions which) {
    try {
      return kind.list(which).getItems().stream();
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_NOT_FOUND) {
        return Stream.of(); // not even the CRD is there
      }
      throw e;
    }
  }

  private static Remaining unseen(String place, String remedy, KubernetesClientException why) {
    String sentence =
        why.getCode() == HttpURLConnection.HTTP_FORBIDDEN
            ? "pgdb may not look into " + place + remedy
            : "pgdb cannot look into " + place + ": " + answer(why);
    return new Remaining(List.of(), List.of(), List.of(sentence));
  }

  /** Of the API server, or why there is none. */
  private static String answer(KubernetesClientException e) {
    if (e.getStatus() != null) {
      return e.getStatus().getMessage();
    }
    return "the API server does not answer: "
        + Stream.iterate(e.getCause(), Objects::nonNull, Throwable::getCause)
            .map(Throwable::getMessage)
            .filter(Objects::nonNull)
            .findFirst()
            .orElse("no connection");
  }

  private Remaining and(Remaining other) {
    return new Remaining(
        Stream.concat(databases.stream(), other.databases.stream()).toList(),
        Stream.concat(held.stream(), other.held.stream()).toList(),
        Stream.concat(unseen.stream(), other.unseen.stream()).toList());
  }
}
