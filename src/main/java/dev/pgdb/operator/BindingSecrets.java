package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;

import dev.pgdb.api.Binding;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.ServerAddress;
import io.fabric8.kubernetes.api.model.OwnerReference;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The connection Secrets. Only those that pgdb has written are watched, by their label. */
final class BindingSecrets {
  static final String MANAGED_BY = "app.kubernetes.io/managed-by";
  static final String PGDB = "pgdb";
  private static final String TYPE = "servicebinding.io/postgresql";
  private static final String BY_OWNER = "owner";
  private static final String BY_UID = "uid";

  private final KubernetesClient client;
  private @Nullable InformerEventSource<Secret, PostgresDatabase> source;
  private @Nullable IndexerResourceCache<PostgresDatabase> databases;

  BindingSecrets(KubernetesClient client) {
    this.client = client;
  }

  /** Calls for a resource when its Secret has changed, or that of another one of its owner. */
  EventSource<?, PostgresDatabase> watch(EventSourceContext<PostgresDatabase> context) {
    IndexerResourceCache<PostgresDatabase> primaries = context.getPrimaryCache();
    databases = primaries;
    primaries.addIndexer(BY_OWNER, database -> List.of(ownerKey(database)));
    var configuration =
        InformerEventSourceConfiguration.from(Secret.class, PostgresDatabase.class)
            .withLabelSelector(MANAGED_BY + "=" + PGDB)
            .withSecondaryToPrimaryMapper(secret -> concerned(secret, primaries))
            .withNamespacesInheritedFromController()
            .withInformerListLimit(LeanClient.AT_ONCE)
            .build();
    var watched = new InformerEventSource<>(configuration, context);
    watched.addIndexers(Map.of(BY_UID, BindingSecrets::owners));
    source = watched;
    return watched;
  }

  private static List<String> owners(Secret secret) {
    return secret.getMetadata().getOwnerReferences().stream().map(OwnerReference::getUid).toList();
  }

  private static Set<ResourceID> concerned(
      Secret secret, IndexerResourceCache<PostgresDatabase> databases) {
    return secret.getMetadata().getOwnerReferences().stream()
        .filter(owner -> owner.getKind().equals("PostgresDatabase"))
        .flatMap(
            owner ->
                databases
                    .get(new ResourceID(owner.getName(), secret.getMetadata().getNamespace()))
                    .stream())
        .flatMap(database -> databases.byIndex(BY_OWNER, ownerKey(database)).stream())
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  private static String ownerKey(PostgresDatabase database) {
    return database.getMetadata().getNamespace()
        + " "
        + References.serverOf(database)
        + " "
        + Translation.owner(database);
  }

  BindingSecret of(PostgresDatabase database, ServerAddress address) {
    return new BindingSecret(this, database, address);
  }

  /** Deletes those that a resource had under other names. */
  void forgetOthers(PostgresDatabase database, String name) {
    Binding noted = Statuses.of(database).binding();
    List<String> others =
        Stream.concat(
                requireNonNull(source).byIndex(BY_UID, database.getMetadata().getUid()).stream()
                    .map(secret -> secret.getMetadata().getName()),
                Stream.ofNullable(noted).map(Binding::name))
            .filter(other -> !other.equals(name))
            .distinct()
            .toList();
    if (!others.isEmpty() && stays(database, name)) {
      others.forEach(other -> forget(database, other));
    }
  }

  /** The cache may not have heard yet that it has gone, or is about to: renamed there and back. */
  private boolean stays(PostgresDatabase database, String name) {
    Secret found = live(database, name);
    return found != null && !found.isMarkedForDeletion();
  }

  private void forget(PostgresDatabase database, String name) {
    Secret old = live(database, name);
    if (old != null && isOurs(old, database)) {
      client.resource(old).lockResourceVersion(old.getMetadata().getResourceVersion()).delete();
    }
  }

  /** The one that is bound to it under the name that its spec had before. */
  @Nullable Secret former(PostgresDatabase database) {
    Binding bound = Statuses.of(database).binding();
    if (bound == null || bound.name().equals(Translation.connectionSecret(database))) {
      return null;
    }
    Secret found = live(database, bound.name());
    return found != null && isOurs(found, database) ? found : null;
  }

  Optional<Secret> cached(PostgresDatabase database, String name) {
    return requireNonNull(source).get(new ResourceID(name, database.getMetadata().getNamespace()));
  }

  @Nullable Secret live(PostgresDatabase database, String name) {
    return client.secrets().inNamespace(database.getMetadata().getNamespace()).withName(name).get();
  }

  /** All that there are in the namespace of a resource: one of them may have its owner's login. */
  List<Secret> ofTenant(PostgresDatabase database) {
    return client
        .secrets()
        .inNamespace(database.getMetadata().getNamespace())
        .withLabel(MANAGED_BY, PGDB)
        .list()
        .getItems();
  }

  /** A role may serve several resources of one namespace, as long as they exist. */
  boolean isOfSameTenant(PostgresDatabase database, Claim other) {
    return find(database, other).isPresent();
  }

  private Optional<PostgresDatabase> find(PostgresDatabase database, Claim other) {
    String prefix = database.getMetadata().getNamespace() + "/";
    return other.holder().startsWith(prefix)
        ? requireNonNull(databases)
            .get(
                new ResourceID(
                    other.holder().substring(prefix.length()),
                    database.getMetadata().getNamespace()))
            .filter(found -> found.getMetadata().getUid().equals(other.uid()))
        : Optional.empty();
  }

  /** Those of other resources with these claims that have the login of a role. */
  List<Secret> ofOthers(PostgresDatabase database, List<Claim> claims, String role) {
    return claims.stream()
        .filter(claim -> !claim.uid().equals(database.getMetadata().getUid()))
        .flatMap(claim -> find(database, claim).stream())
        .flatMap(
            other ->
                Stream.of(
                        Optional.ofNullable(live(other, Translation.connectionSecret(other)))
                            .filter(secret -> isOurs(secret, other)),
                        Optional.ofNullable(former(other)))
                    .flatMap(Optional::stream))
        .filter(secret -> isFor(secret, role))
        .toList();
  }

  /** Whether that one is, or was, in the namespace of this one. */
  static boolean isOfSameNamespace(PostgresDatabase database, Claim other) {
    return other.holder().startsWith(database.getMetadata().getNamespace() + "/");
  }

  static boolean isOurs(Secret secret, PostgresDatabase database) {
    return TYPE.equals(secret.getType())
        && secret.getMetadata().getOwnerReferences().stream()
            .anyMatch(owner -> owner.getUid().equals(database.getMetadata().getUid()));
  }

  /** Whether it has the login of a role. */
  static boolean isFor(Secret secret, String role) {
    return BindingContent.base64(role).equals(data(secret).get(BindingContent.USERNAME));
  }

  static Map<String, String> data(Secret secret) {
    return Objects.requireNonNullElse(secret.getData(), Map.of());
  }

  /** One that has no data yet. */
  SecretBuilder empty(PostgresDatabase database, String name) {
    return new SecretBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(database.getMetadata().getNamespace())
        .withOwnerReferences(ownedBy(database))
        .endMetadata()
        .withType(TYPE);
  }

  private static OwnerReference ownedBy(PostgresDatabase database) {
    return new OwnerReferenceBuilder()
        .withApiVersion(database.getApiVersion())
        .withKind(database.getKind())
        .withName(database.getMetadata().getName())
        .withUid(database.getMetadata().getUid())
        .withController(true)
        .build();
  }

  /** Fails where there is one of that name already. */
  Secret create(Secret secret) {
    return written(secret, one -> client.resource(one).create());
  }

  /** Fails where it has changed since it was read, or is another one by now. */
  Secret update(Secret secret) {
    return written(secret, one -> client.resource(one).update());
  }

  private static Secret written(Secret secret, UnaryOperator<Secret> write) {
    String name = References.path(ResourceID.fromResource(secret));
    return ApiRefusal.unlessRefused(
        "Secret " + name + " cannot be written", () -> write.apply(secret));
  }
}
