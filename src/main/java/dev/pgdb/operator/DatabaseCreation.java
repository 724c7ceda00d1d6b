package dev.pgdb.operator;

import dev.pgdb.api.Binding;
import dev.pgdb.api.ConditionType;
import dev.pgdb.api.DatabaseStatus;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresDatabaseStatus;
import dev.pgdb.api.Reason;
import dev.pgdb.operator.ServerAccess.Denied;
import dev.pgdb.operator.ServerAccess.Granted;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.SessionsBusyException;
import dev.pgdb.postgres.provisioning.DatabaseProvisioning;
import dev.pgdb.postgres.provisioning.DesiredDatabase;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Provisioned;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Creates the database of a resource, and sees to it that it stays. */
final class DatabaseCreation {
  /** What is under way wakes us up when it has ended, and is looked at in case it could not. */
  private static final Duration WHILE_WAITING = Duration.ofMillis(500);

  private static final Duration WHILE_WAITING_FOR_LONG = Duration.ofSeconds(5);

  /** Somebody has to do something, which does not tell us. */
  private static final Duration WHILE_STALLED = Duration.ofSeconds(30);

  private final KubernetesClient client;
  private final Servers servers;
  private final BindingSecrets secrets;
  private final EventRecorder events;
  private final Duration resync;
  private final Clock clock;

  DatabaseCreation(
      KubernetesClient client,
      Servers servers,
      BindingSecrets secrets,
      EventRecorder events,
      Duration resync,
      Clock clock) {
    this.client = client;
    this.servers = servers;
    this.secrets = secrets;
    this.events = events;
    this.resync = resync;
    this.clock = clock;
  }

  UpdateControl<PostgresDatabase> pass(
      PostgresDatabase database,
      ServerAccess access,
      Context<PostgresDatabase> context,
      Runnable wakeUp) {
    return switch (access) {
      case Denied(var verdict) -> update(database, verdict, noted(database));
      case Granted granted -> pass(database, granted, context, wakeUp);
    };
  }

  private UpdateControl<PostgresDatabase> pass(
      PostgresDatabase database,
      Granted server,
      Context<PostgresDatabase> context,
      Runnable wakeUp) {
    BindingSecret secret = secrets.of(database, server.connection().address());
    if (secret.isForeign()) {
      return update(database, ProvisioningVerdict.secretExists(database), noted(database));
    }
    PostgresDatabase known = noteIntent(database, context);
    try {
      return provision(known, server, secret, wakeUp);
    } catch (ApiRefusal e) {
      return update(known, ProvisioningVerdict.of(e), noted(known));
    }
  }

  private UpdateControl<PostgresDatabase> provision(
      PostgresDatabase database, Granted server, BindingSecret secret, Runnable wakeUp) {
    ProvisioningOutcome outcome;
    try {
      outcome = outcome(database, server.connection().provisioning(), secret, wakeUp);
    } catch (SessionsBusyException e) {
      return UpdateControl.<PostgresDatabase>noUpdate().rescheduleAfter(WHILE_WAITING);
    } catch (SQLException e) {
      servers.doubt(server.server());
      return update(database, ServerErrors.verdict(server, e), noted(database));
    }
    Verdict verdict = ProvisioningVerdict.of(outcome, database, server.foreign());
    return outcome instanceof Provisioned provisioned
        ? bind(database, provisioned, verdict, secret, server)
        : update(database, verdict, noted(database));
  }

  /** Nothing is asked of the server where the look at all of its databases has shown enough. */
  private ProvisioningOutcome outcome(
      PostgresDatabase database,
      DatabaseProvisioning provisioning,
      BindingSecret secret,
      Runnable wakeUp)
      throws SQLException {
    DesiredDatabase desired = Translation.desired(database);
    Optional<Provisioned> settled =
        PostgresDatabaseReconciler.isSettled(database) && !secret.isPending()
            ? provisioning.settled(desired, secret, resync.multipliedBy(2))
            : Optional.empty();
    return settled.isPresent()
        ? settled.get()
        : provisioning.pass(desired, secret, () -> isWanted(database), wakeUp);
  }

  /** Says how to get into the database that there is. */
  private UpdateControl<PostgresDatabase> bind(
      PostgresDatabase database,
      Provisioned provisioned,
      Verdict verdict,
      BindingSecret secret,
      Granted server) {
    DatabaseRow row = provisioned.database();
    if (provisioned.created()) {
      events.normal(
          database,
          EventReason.CREATED,
          "database \"" + row.name() + "\" (OID " + row.oid() + ") created");
    }
    secret.settle(provisioned.owner());
    secrets.forgetOthers(database, secret.name());
    return update(database, verdict, identity(row, server), new Binding(secret.name()));
  }

  /**
   * Nothing is created once a deletion has begun, however old the event is that brought us here.
   */
  private boolean isWanted(PostgresDatabase database) {
    return LiveResource.of(client, database)
        .filter(live -> !live.isMarkedForDeletion())
        .isPresent();
  }

  /**
   * What is noted here before anything is sent to the server says to a later deletion that there
   * may be something to drop; without it, a resource that never got so far goes at once.
   */
  private PostgresDatabase noteIntent(
      PostgresDatabase database, Context<PostgresDatabase> context) {
    if (noted(database) != null) {
      return database;
    }
    var intent =
        new DatabaseStatus(
            Translation.databaseName(database), null, null, Translation.owner(database));
    List<Condition> conditions =
        new Verdict.Waiting(Reason.CREATING, "the database is being created")
            .addTo(conditions(database))
            .list();
    PostgresDatabaseStatus status = Statuses.next(database, conditions, intent, null);
    return context
        .resourceOperations()
        .serverSideApplyPrimaryStatus(Statuses.patchUnlessChanged(database, status));
  }

  private UpdateControl<PostgresDatabase> update(
      PostgresDatabase database, Verdict verdict, @Nullable DatabaseStatus identity) {
    return update(database, verdict, identity, Statuses.of(database).binding());
  }

  private UpdateControl<PostgresDatabase> update(
      PostgresDatabase database,
      Verdict verdict,
      @Nullable DatabaseStatus identity,
      @Nullable Binding binding) {
    List<Condition> conditions = verdict.addTo(conditions(database)).list();
    PostgresDatabaseStatus status = Statuses.next(database, conditions, identity, binding, null);
    Duration next =
        switch (verdict) {
          case Verdict.Ready ready -> resync;
          case Verdict.Waiting waiting -> whileWaiting(conditions);
          case Verdict.Stalled stalled -> WHILE_STALLED;
        };
    if (status.equals(database.getStatus())) {
      return UpdateControl.<PostgresDatabase>noUpdate().rescheduleAfter(next);
    }
    if (verdict instanceof Verdict.Stalled
        && !Conditions.isTrue(Statuses.of(database).conditions(), ConditionType.STALLED)) {
      events.stalled(database, verdict.reason().text(), verdict.message());
    }
    return UpdateControl.patchStatus(Statuses.patchUnlessChanged(database, status))
        .rescheduleAfter(next);
  }

  /** The longer it has taken, the less a moment more matters. */
  private Duration whileWaiting(List<Condition> conditions) {
    var reconciling = Conditions.find(conditions, ConditionType.RECONCILING).orElseThrow();
    Instant since = Instant.parse(reconciling.getLastTransitionTime());
    long elapsed = Duration.between(since, clock.instant()).toMillis();
    return Duration.ofMillis(
        Math.clamp(elapsed / 10, WHILE_WAITING.toMillis(), WHILE_WAITING_FOR_LONG.toMillis()));
  }

  private static DatabaseStatus identity(DatabaseRow row, Granted server) {
    return new DatabaseStatus(row.name(), row.oid(), server.systemIdentifier(), row.owner());
  }

  private static @Nullable DatabaseStatus noted(PostgresDatabase database) {
    return Translation.status(database);
  }

  private Conditions conditions(PostgresDatabase database) {
    return new Conditions(
        Statuses.of(database).conditions(), database.getMetadata().getGeneration(), clock);
  }
}
