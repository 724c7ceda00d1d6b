package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import dev.pgdb.api.PostgresServerStatus;
import dev.pgdb.operator.ServerCheck.Finding;
import io.fabric8.kubernetes.api.model.Secret;
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
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Keeps the connection to each PostgresServer, says what the server is, and keeps it and what is
 * needed to log in there while a database needs them.
 */
final class PostgresServerReconciler
    implements Reconciler<PostgresServer>, Cleaner<PostgresServer> {
  private static final String BY_SECRET = "secret";

  private final Servers servers;
  private final ServerChecks checks;
  private final SecretsInUse secretsInUse;
  private final Tenancy tenancy;
  private final ServerStatuses statuses;
  private final Duration resync;
  private final SimpleInboundEventSource<PostgresServer> wakeUps =
      new SimpleInboundEventSource<>("wake-ups");

  PostgresServerReconciler(
      Servers servers,
      ServerChecks checks,
      SecretsInUse secretsInUse,
      Tenancy tenancy,
      ServerStatuses statuses,
      Duration resync) {
    this.servers = servers;
    this.checks = checks;
    this.secretsInUse = secretsInUse;
    this.tenancy = tenancy;
    this.statuses = statuses;
    this.resync = resync;
  }

  @Override
  public List<EventSource<?, PostgresServer>> prepareEventSources(
      EventSourceContext<PostgresServer> context) {
    var databases =
        InformerEventSourceConfiguration.from(PostgresDatabase.class, PostgresServer.class)
            .withSecondaryToPrimaryMapper(database -> Set.of(References.serverOf(database)))
            .withOnUpdateFilter((now, before) -> false) // only how many there are matters here
            .withNamespacesInheritedFromController()
            .withInformerListLimit(LeanClient.AT_ONCE)
            .build();
    var all = context.getPrimaryCache();
    all.addIndexer(
        BY_SECRET,
        server -> References.secretsOf(server).stream().map(ResourceID::toString).toList());
    var secrets =
        InformerEventSourceConfiguration.from(Secret.class, PostgresServer.class)
            .withLabelSelector(SecretsInUse.IN_USE)
            .withPrimaryToSecondaryMapper((PostgresServer server) -> References.secretsOf(server))
            .withSecondaryToPrimaryMapper(
                secret ->
                    all.byIndex(BY_SECRET, ResourceID.fromResource(secret).toString()).stream()
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toSet()))
            .withNamespacesInheritedFromController()
            .withInformerListLimit(LeanClient.AT_ONCE)
            .build();
    servers.onDoubt(wakeUps::propagateEvent);
    var databaseSource = new InformerEventSource<>(databases, context);
    databaseSource.addIndexers(ServerNeeds.BY_SERVER);
    return List.of(databaseSource, new InformerEventSource<>(secrets, context), wakeUps);
  }

  @Override
  public UpdateControl<PostgresServer> reconcile(
      PostgresServer server, Context<PostgresServer> context) {
    int databases = hold(server, context);
    Optional<Finding> found = look(server, context);
    if (found.isEmpty()) {
      return UpdateControl.<PostgresServer>noUpdate().rescheduleAfter(ServerChecks.UNTIL_NEXT_TRY);
    }
    PostgresServerStatus status = statuses.after(server, found.get(), databases);
    if (status.equals(server.getStatus())) {
      return UpdateControl.<PostgresServer>noUpdate().rescheduleAfter(untilNextLook(found.get()));
    }
    statuses.tell(server, found.get().verdict());
    return UpdateControl.patchStatus(ServerStatuses.patch(server, status))
        .rescheduleAfter(untilNextLook(found.get()));
  }

  /** A server that a database needs stays, and so does what is needed to log in there. */
  @Override
  public DeleteControl cleanup(PostgresServer server, Context<PostgresServer> context) {
    int databases = hold(server, context);
    if (databases == 0) {
      checks.forget(ResourceID.fromResource(server));
      LiveResource.release(context.getClient(), server, SecretsInUse.IN_USE);
      return DeleteControl.noFinalizerRemoval();
    }
    Optional<Finding> found = look(server, context);
    if (found.isEmpty()) {
      return DeleteControl.noFinalizerRemoval()
          .rescheduleAfter(ServerChecks.UNTIL_NEXT_TRY.toMillis());
    }
    PostgresServerStatus status = statuses.after(server, found.get(), databases);
    if (!status.equals(server.getStatus())) {
      statuses.tell(server, found.get().verdict());
      context
          .resourceOperations()
          .serverSideApplyPrimaryStatus(ServerStatuses.patch(server, status));
    }
    return DeleteControl.noFinalizerRemoval()
        .rescheduleAfter(untilNextLook(found.get()).toMillis());
  }

  /**
   * Holds the Secrets of a server that is needed, and lets those go that no server needs.
   *
   * @return how many databases need this server
   */
  private int hold(PostgresServer server, Context<PostgresServer> context) {
    ResourceID id = ResourceID.fromResource(server);
    var needs = new ServerNeeds(context, tenancy);
    int databases = needs.databasesOf(server);
    if (databases > 0) {
      servers.hold(id, secretsInUse.hold(References.secretsOf(server)));
    } else {
      servers.letGo(id);
    }
    secretsInUse.release(needs.idleSecrets(server), needs::isNeeded);
    return databases;
  }

  private Optional<Finding> look(PostgresServer server, Context<PostgresServer> context) {
    String credentials =
        context.getSecondaryResources(Secret.class).stream()
            .map(secret -> secret.getMetadata().getResourceVersion())
            .sorted()
            .collect(Collectors.joining(","));
    return checks.latest(server, credentials, wakeUps::propagateEvent);
  }

  private Duration untilNextLook(Finding found) {
    return found.verdict() instanceof Verdict.Ready ? resync : ServerChecks.UNTIL_NEXT_TRY;
  }
}
