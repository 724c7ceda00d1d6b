package dev.pgdb.operator;

import dev.pgdb.api.ConditionType;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import dev.pgdb.api.PostgresServerStatus;
import dev.pgdb.api.Reason;
import dev.pgdb.operator.ServerAccess.Denied;
import dev.pgdb.operator.ServerAccess.Granted;
import dev.pgdb.postgres.SessionsBusyException;
import dev.pgdb.postgres.deletion.ReleaseOutcome;
import dev.pgdb.postgres.deletion.ReleaseOutcome.*;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a resource go whose database shall stay, and be what it was before the deletion began. */
final class DatabaseRetention {
  private static final Logger LOG = LoggerFactory.getLogger(DatabaseRetention.class);
  private static final Duration AWAY_FOR_LONG = Duration.ofMinutes(5);
  private static final String GIVEN_BACK =
      "; spec.deletion.policy is Retain: what pgdb has changed of the database is put back when the"
          + " server answers; when it has not for five minutes, the resource goes without that";

  private static final String TOO_LATE =
      "; spec.deletion.policy is Retain by now, but too late: the DROP has been sent, and what became"
          + " of it is not known; what is left of the database is dropped when the server answers;"
          + " when it has not for five minutes, the resource goes without that";

  private final KubernetesClient client;
  private final Servers servers;
  private final DeletionStatuses statuses;
  private final DeletionStory story;
  private final Clock clock;

  DatabaseRetention(
      KubernetesClient client,
      Servers servers,
      DeletionStatuses statuses,
      DeletionStory story,
      Clock clock) {
    this.client = client;
    this.servers = servers;
    this.statuses = statuses;
    this.story = story;
    this.clock = clock;
  }

  /**
   * Gives the database back.
   *
   * @return empty where it is too late for that: the DROP has been sent
   */
  Optional<DeleteControl> release(
      PostgresDatabase database, ServerAccess access, Context<PostgresDatabase> context) {
    if (access instanceof Denied && DeletionReport.dropWasSent(database)) {
      tellTooLate(database);
    }
    return switch (access) {
      case Denied(Verdict.Waiting waiting) ->
          Optional.of(statuses.hold(database, waiting, context));
      case Denied(Verdict.Stalled(var reason, var message)) when mayComeBack(database, context) ->
          Optional.of(
              statuses.hold(
                  database, new Verdict.Stalled(reason, message + whenBack(database)), context));
      case Denied denied -> Optional.of(abandon(database, denied.verdict()));
      case Granted granted -> release(database, granted, context);
    };
  }

  private static String whenBack(PostgresDatabase database) {
    return DeletionReport.dropWasSent(database) ? TOO_LATE : GIVEN_BACK;
  }

  /** What is ours there is put back or taken away then: the server may only be restarting. */
  private boolean mayComeBack(PostgresDatabase database, Context<PostgresDatabase> context) {
    return wasEverOurs(database)
        && context
            .getSecondaryResource(PostgresServer.class)
            .filter(server -> !isAwayForLong(server))
            .isPresent();
  }

  /** It bears a claim, unless somebody has taken that away. */
  static boolean wasEverOurs(PostgresDatabase database) {
    return Translation.identity(database).recorded() != null
        || Translation.original(database) != null;
  }

  private boolean isAwayForLong(PostgresServer server) {
    PostgresServerStatus status = server.getStatus();
    return status != null
        && Conditions.find(status.conditions(), ConditionType.READY)
            .filter(ready -> "False".equals(ready.getStatus()))
            .map(ready -> Instant.parse(ready.getLastTransitionTime()).plus(AWAY_FOR_LONG))
            .filter(clock.instant()::isAfter)
            .isPresent();
  }

  /** The way out when a server is gone for good: nothing is asked of it. */
  private DeleteControl abandon(PostgresDatabase database, Verdict verdict) {
    String why =
        "spec.deletion.policy is Retain and the server is not at hand"
            + LeftBehind.of(database)
            + ": "
            + verdict.message();
    story.released(database, why);
    LOG.atWarn() // an Event may be refused, and is cut where it is long
        .addKeyValue("database", References.path(ResourceID.fromResource(database)))
        .addKeyValue("cause", why)
        .log("A database is left to itself");
    return DeleteControl.defaultDelete();
  }

  private Optional<DeleteControl> release(
      PostgresDatabase database, Granted server, Context<PostgresDatabase> context) {
    ReleaseOutcome outcome;
    try {
      outcome =
          server
              .connection()
              .release()
              .release(
                  Translation.identity(database),
                  Translation.original(database),
                  DeletionReport.dropWasSent(database),
                  Translation.policy(database),
                  () -> mayEndOthers(database));
    } catch (SessionsBusyException e) {
      return Optional.of(DeletionStatuses.tryAgain());
    } catch (SQLException e) {
      servers.doubt(server.server());
      return Optional.of(statuses.hold(database, ServerErrors.verdict(server, e), context));
    }
    if (outcome instanceof Released || outcome instanceof NothingOurs) {
      leaveItsOwner(database, server);
    }
    return switch (outcome) {
      case Released released ->
          letGo(database, "spec.deletion.policy is Retain: the database stays as it was");
      case NothingOurs(var gone) ->
          gone && DeletionReport.dropWasSent(database)
              ? dropped(database)
              : letGo(database, "there is no database that belongs to this resource");
      case TooLate late -> {
        tellTooLate(database);
        yield Optional.empty();
      }
      case NameTaken(var name) ->
          Optional.of(statuses.hold(database, nameTaken(name), List.of(), context));
      case Locked locked -> {
        Locked told = server.foreign() ? locked.withoutOthers() : locked;
        yield Optional.of(
            statuses.hold(database, DeletionVerdict.of(told), told.blockers(), context));
      }
      case Busy busy -> Optional.of(statuses.hold(database, busy(), List.of(), context));
    };
  }

  /** Whether the resource, as it is now, allows to end those who lock its database. */
  private boolean mayEndOthers(PostgresDatabase database) {
    return LiveResource.of(client, database)
        .filter(PostgresDatabase::isMarkedForDeletion)
        .filter(live -> !live.getSpec().deletion().isProtected())
        .filter(live -> Translation.policy(live).terminateForeign())
        .isPresent();
  }

  private void tellTooLate(PostgresDatabase database) {
    if (specIsNew(database)) {
      story.tooLate(database);
    }
  }

  /** The database is given back by now, and not to be changed once more for the sake of that. */
  private static void leaveItsOwner(PostgresDatabase database, Granted server) {
    try {
      OwnerRemoval.leave(database, server);
    } catch (SQLException e) {
      OwnerRemoval.claimStays(database, "that it may have created", e.getMessage());
    }
  }

  /** The policy came too late, and what else is to be done now, its owner, is left. */
  private Optional<DeleteControl> dropped(PostgresDatabase database) {
    story.dropped(database);
    return Optional.of(DeleteControl.defaultDelete());
  }

  private Optional<DeleteControl> letGo(PostgresDatabase database, String why) {
    story.released(database, why);
    return Optional.of(DeleteControl.defaultDelete());
  }

  private static boolean specIsNew(PostgresDatabase database) {
    return !Objects.equals(
        Statuses.of(database).observedGeneration(), database.getMetadata().getGeneration());
  }

  private static Verdict nameTaken(String name) {
    return new Verdict.Stalled(
        Reason.BLOCKED,
        "spec.deletion.policy is Retain, but another database is called \""
            + name
            + "\" by now; rename or drop that one");
  }

  private static Verdict busy() {
    return new Verdict.Waiting(Reason.TERMINATING, "somebody else works on the database right now");
  }
}
