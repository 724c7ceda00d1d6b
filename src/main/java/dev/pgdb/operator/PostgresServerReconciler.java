package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import dev.pgdb.api.PostgresServerStatus;
import dev.pgdb.api.Reason;
import dev.pgdb.operator.ServerCheck.Finding;
import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the connection to each PostgresServer, says what the server is, and keeps it and what is
 * needed to log in there while a database needs them.
 */
final class PostgresServerReconciler implements Reconciler<PostgresServer> {
  private static final String BY_SECRET = "secret";

  /** Somebody has to do something, which does not tell us. */
  private static final Duration WHILE_REFUSED = Duration.ofSeconds(10);

  private static final String LET_PGDB =
      "; let pgdb set and remove the finalizer pgdb.dev/in-use and the label of that name there";

  private final Servers servers;
  private final ServerChecks checks;
  private final SecretsInUse secretsInUse;
  private final Tenancy tenancy;
  private final ServerStatuses statuses;
  private final Duration resync;
  private final ServerWakeUps wakeUps;

  PostgresServerReconciler(
      Servers servers,
      ServerChecks checks,
      SecretsInUse secretsInUse,
      Tenancy tenancy,
      ServerStatuses statuses,
      ServerWakeUps wakeUps,
      Duration resync) {
    this.servers = servers;
    this.checks = checks;
    this.secretsInUse = secretsInUse;
    this.tenancy = tenancy;
    this.statuses = statuses;
    this.wakeUps = wakeUps;
    this.resync = resync;
  }

  @Override
  public List<EventSource<?, PostgresServer>> prepareEventSources(
      EventSourceContext<PostgresServer> context) {
    var databases =
        InformerEventSourceConfiguration.from(PostgresDatabase.class, PostgresServer.class)
            .withSecondaryToPrimaryMapper(database -> Set.of(References.serverOf(database)))
            .withOnUpdateFilter(Updates::isAnother) // only how many there are matters here
            .withNamespacesInheritedFromController()
            .withInformerListLimit(LeanClient.AT_ONCE)
            .build();
    var all = context.getPrimaryCache();
    wakeUps.know(all);
    servers.know(all::list);
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
    servers.onDoubt(wakeUps::wake);
    var databaseSource = new InformerEventSource<>(databases, context);
    databaseSource.addIndexers(ServerNeeds.BY_SERVER);
    return List.of(databaseSource, new InformerEventSource<>(secrets, context), wakeUps);
  }

  @Override
  public UpdateControl<PostgresServer> reconcile(
      PostgresServer server, Context<PostgresServer> context) {
    var needs = new ServerNeeds(context, tenancy);
    if (context.isPrimaryResourceDeleted()) {
      forget(server, needs);
      return UpdateControl.noUpdate();
    }
    int databases = needs.databasesOf(server);
    Kept kept = keep(server, databases, needs, context);
    PostgresServer live = kept.server();
    if (databases == 0 && live.isMarkedForDeletion() && kept.refusal() == null) {
      checks.forget(ResourceID.fromResource(server));
      return UpdateControl.noUpdate();
    }
    return look(live, context)
        .map(found -> report(kept, found, databases))
        .orElseGet(
            () ->
                UpdateControl.<PostgresServer>noUpdate()
                    .rescheduleAfter(ServerChecks.UNTIL_NEXT_TRY));
  }

  private UpdateControl<PostgresServer> report(Kept kept, Finding found, int databases) {
    PostgresServer server = kept.server();
    Finding told = kept.told(found);
    Duration next = told.equals(found) ? untilNextLook(found) : WHILE_REFUSED;
    PostgresServerStatus status = statuses.after(server, told, databases);
    if (status.equals(server.getStatus())) {
      return UpdateControl.<PostgresServer>noUpdate().rescheduleAfter(next);
    }
    statuses.tell(server, told.verdict());
    return UpdateControl.patchStatus(ServerStatuses.patch(server, status)).rescheduleAfter(next);
  }

  /**
   * A server, held or let go.
   *
   * @param refusal what the API server does not let pgdb do; null where all is well
   */
  private record Kept(PostgresServer server, @Nullable String refusal) {

    /** What there is goes on being worked on, and can be dropped. */
    Finding told(Finding found) {
      return refusal != null && found.verdict() instanceof Verdict.Ready
          ? new Finding(
              found.generation(),
              new ServerState.Unusable(Reason.SERVER_NOT_READY, refusal + LET_PGDB),
              found.facts())
          : found;
    }
  }

  private Kept keep(
      PostgresServer server, int databases, ServerNeeds needs, Context<PostgresServer> context) {
    try {
      return new Kept(
          databases > 0 ? hold(server, needs, context) : letGo(server, needs, context), null);
    } catch (ApiRefusal e) {
      return new Kept(server, e.getMessage());
    }
  }

  /** A server that a database needs stays, and so does what is needed to log in there. */
  private PostgresServer hold(
      PostgresServer server, ServerNeeds needs, Context<PostgresServer> context) {
    ResourceID id = ResourceID.fromResource(server);
    Optional<PostgresServer> live;
    try {
      live =
          ApiRefusal.unlessRefused(
              name(server) + " cannot be held",
              () -> LiveResource.hold(context.getClient(), server, SecretsInUse.IN_USE));
      Optional<String> leaving = secretsInUse.hold(References.secretsOf(server));
      boolean stays = live.filter(found -> !found.isMarkedForDeletion()).isPresent();
      servers.hold(id, stays ? leaving : Optional.of("it" + SecretsInUse.LEAVING));
    } catch (ApiRefusal e) {
      servers.hold(id, Optional.of(e.getMessage()));
      throw e;
    }
    secretsInUse.release(needs.idleSecrets(server), needs::isNeeded);
    return live.orElse(server);
  }

  /**
   * One that no database needs is anybody's to delete, also where pgdb does not run any more. The
   * server comes last: as long as it is held, so are pgdb's rights in a namespace that is deleted.
   */
  private PostgresServer letGo(
      PostgresServer server, ServerNeeds needs, Context<PostgresServer> context) {
    servers.letGo(ResourceID.fromResource(server));
    secretsInUse.release(needs.idleSecrets(server), needs::isNeeded);
    return needs.databasesOf(server) > 0 // somebody came before it was closed to new ones
        ? server
        : ApiRefusal.unlessRefused(
                name(server) + " cannot be let go",
                () -> LiveResource.release(context.getClient(), server, SecretsInUse.IN_USE))
            .orElse(server);
  }

  private static String name(PostgresServer server) {
    return "PostgresServer " + References.path(ResourceID.fromResource(server));
  }

  /** Another one of its name may be there by now. */
  private void forget(PostgresServer server, ServerNeeds needs) {
    ResourceID id = ResourceID.fromResource(server);
    checks.forget(id);
    secretsInUse.release(needs.idleSecrets(server), needs::isNeeded);
    wakeUps.wakeSuccessor(id);
  }

  private Optional<Finding> look(PostgresServer server, Context<PostgresServer> context) {
    String credentials =
        context.getSecondaryResources(Secret.class).stream()
            .map(secret -> secret.getMetadata().getResourceVersion())
            .sorted()
            .collect(Collectors.joining(","));
    return checks.latest(server, credentials, wakeUps::wake);
  }

  private Duration untilNextLook(Finding found) {
    return found.verdict() instanceof Verdict.Ready ? resync : ServerChecks.UNTIL_NEXT_TRY;
  }
}
