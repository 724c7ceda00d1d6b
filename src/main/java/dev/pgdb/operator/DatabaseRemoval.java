package dev.pgdb.operator;

import dev.pgdb.api.DeletionPolicy;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresDatabaseStatus;
import dev.pgdb.api.Reason;
import dev.pgdb.operator.ServerAccess.Denied;
import dev.pgdb.operator.ServerAccess.Granted;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.LongStatements.Start;
import dev.pgdb.postgres.SessionsBusyException;
import dev.pgdb.postgres.deletion.DatabaseDeletion;
import dev.pgdb.postgres.deletion.DeletionProgress;
import dev.pgdb.postgres.deletion.DeletionRequest;
import dev.pgdb.postgres.deletion.DeletionStep;
import dev.pgdb.postgres.deletion.DeletionStep.*;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Drops the database of a resource that is being deleted, and only then lets the resource go. */
final class DatabaseRemoval {
  private static final Duration SOONEST = Duration.ofMillis(50);
  private static final Duration LATEST = Duration.ofSeconds(10);

  /** Nothing is in the way but that a pass has only so much time. */
  private static final DeletionStep AT_WORK = new AwaitSessions(List.of());

  private static final Duration LATEST_AT_WORK = Duration.ofSeconds(1);

  /** Its end wakes us up before that. */
  private static final Duration UNTIL_DROP_IS_LOOKED_AT = Duration.ofMillis(500);

  private final Servers servers;
  private final PointOfNoReturn drop;
  private final DatabaseRetention retention;
  private final OwnerRemoval owners;
  private final DeletionStatuses statuses;
  private final DeletionStory story;
  private final DeletionMetrics metrics;
  private final Clock clock;

  DatabaseRemoval(
      KubernetesClient client,
      Servers servers,
      EventRecorder events,
      DeletionMetrics metrics,
      Clock clock) {
    this.servers = servers;
    this.story = new DeletionStory(events, metrics, new BlockerNews(clock));
    this.metrics = metrics;
    this.statuses = new DeletionStatuses(story, clock);
    this.drop = new PointOfNoReturn(client, statuses, story, clock);
    this.retention = new DatabaseRetention(client, servers, statuses, story, clock);
    this.owners = new OwnerRemoval(events, clock);
    this.clock = clock;
  }

  /**
   * Goes as far as possible without waiting for anything.
   *
   * @param database as the API server has it now
   */
  DeleteControl pass(
      PostgresDatabase database,
      ServerAccess access,
      Context<PostgresDatabase> context,
      Runnable wakeUp) {
    if (Translation.status(database) == null) {
      return DeleteControl.defaultDelete(); // nothing was ever sent to a server
    }
    if (database.getSpec().deletion().isProtected()) {
      return statuses.hold(
          database,
          new Verdict.Stalled(
              Reason.PROTECTED,
              "spec.deletion.protected is true: nothing is dropped until it is set to false"),
          context);
    }
    if (database.getSpec().deletion().policy() == DeletionPolicy.Retain) {
      return retention
          .release(database, access, context)
          .orElseGet(() -> drop(database, (Granted) access, context, wakeUp));
    }
    return switch (access) {
      case Denied(var verdict) -> statuses.hold(database, verdict, context);
      case Granted granted -> drop(database, granted, context, wakeUp);
    };
  }

  /** The resource is let go. */
  void forget(PostgresDatabase database) {
    story.forget(database);
    owners.forget(database);
  }

  private DeleteControl drop(
      PostgresDatabase database,
      Granted server,
      Context<PostgresDatabase> context,
      Runnable wakeUp) {
    DatabaseIdentity identity = Translation.identity(database);
    boolean alreadySent = DeletionReport.dropWasSent(database);
    var deletion = server.connection().deletion();
    try {
      DeletionProgress found =
          deletion.pass(
              new DeletionRequest(
                  identity,
                  Translation.policy(database)
                      .sparing(servers.maintenanceDatabases(server.systemIdentifier())),
                  row -> begin(database, row, context),
                  subscription -> story.orphaned(database, subscription),
                  () -> drop.isWanted(database, alreadySent)));
      metrics.terminated(found.terminated());
      DeletionProgress progress = server.foreign() ? found.withoutOthers() : found;
      return progress.step() instanceof Drop
          ? send(database, deletion, progress, context, wakeUp)
          : report(database, server, progress, context);
    } catch (SessionsBusyException e) {
      return DeletionStatuses.tryAgain();
    } catch (SQLException e) {
      servers.doubt(server.server());
      return statuses.hold(database, ServerErrors.verdict(server, e), context);
    }
  }

  /** What is changed is noted before anything is changed. */
  private void begin(
      PostgresDatabase database, DatabaseRow row, Context<PostgresDatabase> context) {
    if (Translation.original(database) != null) {
      return; // an earlier pass has
    }
    statuses.write(database, new DeletionReport(database, clock).begun(row), context);
    story.begun(database);
  }

  private DeleteControl report(
      PostgresDatabase database,
      Granted server,
      DeletionProgress progress,
      Context<PostgresDatabase> context)
      throws SQLException {
    DeletionStep step = progress.step();
    if (step instanceof Gone) {
      Verdict waiting = owners.release(database, server).orElse(null);
      if (waiting != null) {
        PostgresDatabaseStatus held = new DeletionReport(database, clock).gone(waiting);
        statuses.writeIfChanged(database, held, context);
        return DeleteControl.noFinalizerRemoval().rescheduleAfter(untilNextPass(database, step));
      }
      if (DeletionReport.dropWasSent(database)) {
        story.dropped(database);
      } else if (DatabaseRetention.wasEverOurs(database)) {
        story.alreadyGone(database);
      } else {
        story.released(database, "no database belongs to this resource: nothing is dropped");
      }
      return DeleteControl.defaultDelete();
    }
    if (step instanceof NotOurs(var why)) {
      OwnerRemoval.leave(database, server);
      String whose =
          Optional.ofNullable(progress.seen().database())
              .flatMap(DatabaseRow::claim)
              .map(claim -> "it is claimed by " + References.holderFor(database, claim))
              .orElse(why);
      story.released(database, "the database is left alone: " + whose);
      return DeleteControl.defaultDelete();
    }
    PostgresDatabaseStatus after = new DeletionReport(database, clock).after(progress);
    statuses.writeIfChanged(database, after, context);
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(untilNextPass(database, step));
  }

  private DeleteControl send(
      PostgresDatabase database,
      DatabaseDeletion deletion,
      DeletionProgress progress,
      Context<PostgresDatabase> context,
      Runnable wakeUp)
      throws SQLException {
    Start start = drop.pass(database, deletion, progress, context, wakeUp).orElse(null);
    if (start == null || start == Start.SENT) {
      return DeleteControl.noFinalizerRemoval().rescheduleAfter(UNTIL_DROP_IS_LOOKED_AT.toMillis());
    }
    DeletionProgress held = deletion.held(progress, start);
    PostgresDatabaseStatus after = new DeletionReport(database, clock).after(held);
    statuses.writeIfChanged(database, after, context);
    return DeleteControl.noFinalizerRemoval()
        .rescheduleAfter(
            start == Start.WAITING
                ? LATEST.toMillis() // the end of another DROP wakes us up before that
                : untilNextPass(database, held.step()));
  }

  /** The longer it has taken, the less a moment more matters. */
  private long untilNextPass(PostgresDatabase database, DeletionStep step) {
    Instant began = Instant.parse(database.getMetadata().getDeletionTimestamp());
    long elapsed = Duration.between(began, clock.instant()).toMillis();
    Duration latest = step.equals(AT_WORK) ? LATEST_AT_WORK : LATEST;
    long pause = Math.clamp(elapsed / 10, SOONEST.toMillis(), latest.toMillis());
    return step instanceof Drain(var until)
        ? Math.clamp(Duration.between(clock.instant(), until).toMillis(), SOONEST.toMillis(), pause)
        : pause;
  }
}
