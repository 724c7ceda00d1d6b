package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes each PostgresDatabase true: the database exists while the resource does, and the resource
 * is not gone before the database is.
 */
final class PostgresDatabaseReconciler
    implements Reconciler<PostgresDatabase>, Cleaner<PostgresDatabase> {
  /** The finalizer that stands between a resource and its end. */
  static final String FINALIZER = "pgdb.dev/database";

  /** Who has to wait for others on the same server is woken; this is in case nobody is left to. */
  private static final Duration UNTIL_NEXT_TURN = Duration.ofSeconds(5);

  private static final Duration UNTIL_SERVER_IS_KNOWN = Duration.ofSeconds(1);

  private static final String BY_SERVER = "server";

  private final KubernetesClient client;
  private final Servers servers;
  private final Tenancy tenancy;
  private final ServerTurns turns;
  private final BindingSecrets secrets;
  private final OperatorMetrics metrics;
  private final DatabaseCreation creation;
  private final DatabaseRemoval removal;
  private final SimpleInboundEventSource<PostgresDatabase> wakeUps =
      new SimpleInboundEventSource<>("wake-ups");

  PostgresDatabaseReconciler(
      KubernetesClient client,
      Servers servers,
      Tenancy tenancy,
      BindingSecrets secrets,
      OperatorMetrics metrics,
      DatabaseCreation creation,
      DatabaseRemoval removal,
      int concurrency) {
    this.client = client;
    this.servers = servers;
    this.tenancy = tenancy;
    this.secrets = secrets;
    this.metrics = metrics;
    this.creation = creation;
    this.removal = removal;
    this.turns = new ServerTurns(servers, concurrency, wakeUps::propagateEvent);
  }

  @Override
  public List<EventSource<?, PostgresDatabase>> prepareEventSources(
      EventSourceContext<PostgresDatabase> context) {
    var databases = context.getPrimaryCache();
    metrics.watch(databases);
    databases.addIndexer(BY_SERVER, database -> List.of(References.serverOf(database).toString()));
    var serverSource =
        InformerEventSourceConfiguration.from(PostgresServer.class, PostgresDatabase.class)
            .withPrimaryToSecondaryMapper(
                (PostgresDatabase database) -> Set.of(References.serverOf(database)))
            .withSecondaryToPrimaryMapper(
                server ->
                    databases
                        .byIndex(BY_SERVER, ResourceID.fromResource(server).toString())
                        .stream()
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toSet()))
            .withOnUpdateFilter(Updates::specChanged)
            .withNamespacesInheritedFromController()
            .withInformerListLimit(LeanClient.AT_ONCE)
            .build();
    servers.onChange(
        server ->
            databases.byIndex(BY_SERVER, server.toString()).stream()
                .filter(PostgresDatabaseReconciler::isUnsettled)
                .map(ResourceID::fromResource)
                .forEach(wakeUps::propagateEvent));
    servers.onNewAddress(
        server ->
            databases.byIndex(BY_SERVER, server.toString()).stream()
                .map(ResourceID::fromResource)
                .forEach(wakeUps::propagateEvent));
    servers.onCheck(
        server ->
            databases.byIndex(BY_SERVER, server.toString()).stream()
                .filter(PostgresDatabaseReconciler::isSettled)
                .filter(database -> servers.showToDiffer(server, Translation.desired(database)))
                .map(ResourceID::fromResource)
                .forEach(wakeUps::propagateEvent));
    var sources = new ArrayList<EventSource<?, PostgresDatabase>>();
    tenancy.watch(context).ifPresent(sources::add);
    sources.add(new InformerEventSource<>(serverSource, context));
    sources.add(secrets.watch(context));
    sources.add(wakeUps);
    return sources;
  }

  /** A new spec, the beginning of the end, or a wish that is no part of the spec. */
  static boolean isNews(PostgresDatabase now, PostgresDatabase before) {
    var after = now.getMetadata();
    var earlier = before.getMetadata();
    return Updates.isNews(now, before)
        || !Objects.equals(after.getFinalizers(), earlier.getFinalizers())
        || !Objects.equals(BindingSecret.rotation(now), BindingSecret.rotation(before));
  }

  @Override
  public UpdateControl<PostgresDatabase> reconcile(
      PostgresDatabase database, Context<PostgresDatabase> context) {
    ResourceID server = References.serverOf(database);
    if (!turns.take(server, ResourceID.fromResource(database))) {
      return UpdateControl.<PostgresDatabase>noUpdate().rescheduleAfter(UNTIL_NEXT_TURN);
    }
    try {
      return create(database, context);
    } finally {
      turns.giveBack(server);
    }
  }

  private UpdateControl<PostgresDatabase> create(
      PostgresDatabase database, Context<PostgresDatabase> context) {
    ServerAccess access = access(database, context);
    if (access instanceof ServerAccess.Denied(Verdict.Waiting waiting) && isSettled(database)) {
      // Nothing has become wrong with it: we have only just started and know no server yet.
      return UpdateControl.<PostgresDatabase>noUpdate().rescheduleAfter(UNTIL_SERVER_IS_KNOWN);
    }
    return creation.pass(database, access, context, wakeUp(database));
  }

  @Override
  public DeleteControl cleanup(PostgresDatabase cached, Context<PostgresDatabase> context) {
    ResourceID server = References.serverOf(cached);
    if (!turns.take(server, ResourceID.fromResource(cached))) {
      return DeleteControl.noFinalizerRemoval().rescheduleAfter(UNTIL_NEXT_TURN.toMillis());
    }
    try {
      return remove(cached, context);
    } catch (KubernetesClientException e) {
      if (e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
        throw e;
      }
      return DeletionStatuses.tryAgain(); // another process is at it, and may end any moment
    } finally {
      turns.giveBack(server);
    }
  }

  private DeleteControl remove(PostgresDatabase cached, Context<PostgresDatabase> context) {
    // The cache may be behind, and what a deletion relies on must be true now.
    Optional<PostgresDatabase> live = LiveResource.of(client, cached);
    if (live.isEmpty() || !live.get().hasFinalizer(FINALIZER)) {
      removal.forget(cached); // others may hold it still
      return DeleteControl.noFinalizerRemoval();
    }
    if (!live.get().isMarkedForDeletion()) {
      return DeleteControl.noFinalizerRemoval();
    }
    PostgresDatabase database = live.get();
    DeleteControl result =
        removal.pass(database, access(database, context), context, wakeUp(database));
    if (!result.isRemoveFinalizer()) {
      return result;
    }
    LiveResource.release(client, database, FINALIZER);
    removal.forget(database);
    return DeleteControl.noFinalizerRemoval();
  }

  private ServerAccess access(PostgresDatabase database, Context<PostgresDatabase> context) {
    return ServerAccess.of(
        database, context.getSecondaryResource(PostgresServer.class), servers, tenancy);
  }

  private Runnable wakeUp(PostgresDatabase database) {
    return () -> wakeUps.propagateEvent(ResourceID.fromResource(database));
  }

  private static boolean isUnsettled(PostgresDatabase database) {
    return database.isMarkedForDeletion()
        || !Conditions.isTrue(Statuses.of(database).conditions(), dev.pgdb.api.ConditionType.READY);
  }

  /** Whether all was well with what is asked for now when somebody looked last. */
  static boolean isSettled(PostgresDatabase database) {
    return !isUnsettled(database)
        && Objects.equals(
            Statuses.of(database).observedGeneration(), database.getMetadata().getGeneration());
  }
}
