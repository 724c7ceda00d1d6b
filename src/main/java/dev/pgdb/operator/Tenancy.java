package dev.pgdb.operator;

import dev.pgdb.api.AllowedNamespaces;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import io.fabric8.kubernetes.api.model.LabelSelector;
import io.fabric8.kubernetes.api.model.LabelSelectorRequirement;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Who may have databases on which server, as the servers' spec.allowedNamespaces say. */
final class Tenancy {
  private static final Logger LOG = LoggerFactory.getLogger(Tenancy.class);

  private static final String BLIND =
      "; spec.allowedNamespaces.selector matches none, since pgdb may not read the labels of"
          + " namespaces: allow it to list and watch them (rbac.readNamespaces=true in its Helm chart)"
          + " and restart it, or use from: All or Same";

  private volatile @Nullable Cache<Namespace> namespaces;
  private volatile boolean blind;

  /**
   * Watches the labels of namespaces, and has the databases of one looked at when they change.
   *
   * @return empty where the operator may not read namespaces: then no selector matches any
   */
  Optional<InformerEventSource<Namespace, PostgresDatabase>> watch(
      EventSourceContext<PostgresDatabase> context) {
    if (!mayRead(context.getClient())) {
      LOG.atInfo().log("Not allowed to read namespaces: allowedNamespaces.selector matches none");
      blind = true;
      return Optional.empty();
    }
    var databases = context.getPrimaryCache();
    var source =
        new InformerEventSource<>(
            InformerEventSourceConfiguration.from(Namespace.class, PostgresDatabase.class)
                .withSecondaryToPrimaryMapper(
                    namespace ->
                        databases
                            .list(namespace.getMetadata().getName())
                            .map(ResourceID::fromResource)
                            .collect(Collectors.toSet()))
                .withOnUpdateFilter((now, before) -> !labels(now).equals(labels(before)))
                .withWatchAllNamespaces()
                .withInformerListLimit(LeanClient.AT_ONCE)
                .build(),
            context);
    namespaces = source;
    return Optional.of(source);
  }

  private static boolean mayRead(KubernetesClient client) {
    try {
      client.namespaces().list(new ListOptionsBuilder().withLimit(1L).build());
      return true;
    } catch (KubernetesClientException e) {
      if (e.getCode() == HttpURLConnection.HTTP_FORBIDDEN) {
        return false;
      }
      throw e;
    }
  }

  /** Whether a database may be on the server that it names. */
  boolean allows(PostgresServer server, PostgresDatabase database) {
    AllowedNamespaces allowed = server.getSpec().allowedNamespaces();
    String namespace = database.getMetadata().getNamespace();
    return switch (allowed.from()) {
      case All -> true;
      case Same -> server.getMetadata().getNamespace().equals(namespace);
      case Selector -> {
        LabelSelector selector = allowed.selector();
        yield selector != null
            && labelsOf(namespace).filter(labels -> matches(selector, labels)).isPresent();
      }
    };
  }

  /** What whoever has made a server should know of who may use it; empty when there is nothing. */
  String remarkOn(PostgresServer server) {
    return blind && server.getSpec().allowedNamespaces().from() == AllowedNamespaces.From.Selector
        ? BLIND
        : "";
  }

  private Optional<Map<String, String>> labelsOf(String namespace) {
    Cache<Namespace> known = namespaces;
    return known == null
        ? Optional.empty()
        : known.get(new ResourceID(namespace)).map(Tenancy::labels);
  }

  private static Map<String, String> labels(Namespace namespace) {
    return Objects.requireNonNullElse(namespace.getMetadata().getLabels(), Map.of());
  }

  /** As the API server itself selects. */
  static boolean matches(LabelSelector selector, Map<String, String> labels) {
    Map<String, String> wanted = Objects.requireNonNullElse(selector.getMatchLabels(), Map.of());
    List<LabelSelectorRequirement> rules =
        Objects.requireNonNullElse(selector.getMatchExpressions(), List.of());
    return labels.entrySet().containsAll(wanted.entrySet())
        && rules.stream().allMatch(rule -> matches(rule, labels));
  }

  /** A rule that says nothing, or nothing that is known, lets nobody in. */
  private static boolean matches(LabelSelectorRequirement rule, Map<String, String> labels) {
    String value = labels.get(rule.getKey());
    List<String> values = Objects.requireNonNullElse(rule.getValues(), List.of());
    return switch (rule.getOperator()) {
      case "In" -> value != null && values.contains(value);
      case "NotIn" -> !values.isEmpty() && (value == null || !values.contains(value));
      case "Exists" -> values.isEmpty() && value != null;
      case "DoesNotExist" -> values.isEmpty() && value == null;
      default -> false;
    };
  }
}
