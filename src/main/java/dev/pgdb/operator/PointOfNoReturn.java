package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresDatabaseStatus;
import dev.pgdb.postgres.LongStatements.Start;
import dev.pgdb.postgres.deletion.DatabaseDeletion;
import dev.pgdb.postgres.deletion.DeletionProgress;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import java.sql.SQLException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Sends the DROP. That it was sent is written down before, and that is refused where the spec has
 * changed: so the API server has the last word on whether it is still wanted.
 */
final class PointOfNoReturn {
  private final KubernetesClient client;
  private final DeletionStatuses statuses;
  private final DeletionStory story;
  private final Clock clock;

  PointOfNoReturn(
      KubernetesClient client, DeletionStatuses statuses, DeletionStory story, Clock clock) {
    this.client = client;
    this.statuses = statuses;
    this.story = story;
    this.clock = clock;
  }

  /**
   * Sends it, or does not.
   *
   * @return empty where the deletion is not wanted any more
   */
  Optional<Start> pass(
      PostgresDatabase database,
      DatabaseDeletion deletion,
      DeletionProgress progress,
      Context<PostgresDatabase> context,
      Runnable wakeUp)
      throws SQLException {
    return DeletionReport.dropWasSent(database)
        ? passAgain(database, deletion, progress, wakeUp)
        : passForTheFirstTime(database, deletion, progress, context, wakeUp);
  }

  /** It is written down already: nothing is to be written each time that it is sent again. */
  private Optional<Start> passAgain(
      PostgresDatabase database,
      DatabaseDeletion deletion,
      DeletionProgress progress,
      Runnable wakeUp)
      throws SQLException {
    return send(deletion, progress, wakeUp, () -> isWanted(database, true));
  }

  private Optional<Start> passForTheFirstTime(
      PostgresDatabase database,
      DatabaseDeletion deletion,
      DeletionProgress progress,
      Context<PostgresDatabase> context,
      Runnable wakeUp)
      throws SQLException {
    PostgresDatabaseStatus before = Statuses.of(database);
    PostgresDatabaseStatus after = new DeletionReport(database, clock).after(progress);
    Optional<Start> start = Optional.empty();
    try {
      start =
          send(
              deletion,
              progress,
              wakeUp,
              () -> statuses.writeUnderThisSpec(database, after, context));
    } finally {
      if (!start.equals(Optional.of(Start.SENT)) && !Statuses.of(database).equals(before)) {
        statuses.write(database, before, context); // it is not too late yet
      }
    }
    if (start.equals(Optional.of(Start.SENT))) {
      story.changed(database, before, after);
    }
    return start;
  }

  private static Optional<Start> send(
      DatabaseDeletion deletion,
      DeletionProgress progress,
      Runnable wakeUp,
      BooleanSupplier confirmation)
      throws SQLException {
    var wanted = new AtomicBoolean(true);
    Start start =
        deletion.drop(
            progress,
            () -> {
              wanted.set(confirmation.getAsBoolean());
              return wanted.get();
            },
            wakeUp);
    return wanted.get() ? Optional.of(start) : Optional.empty();
  }

  /** Whether the resource, as it is now, asks for its database to be dropped. */
  boolean isWanted(PostgresDatabase database, boolean alreadySent) {
    return LiveResource.of(client, database)
        .filter(live -> LiveResource.wantsDrop(live, alreadySent))
        .isPresent();
  }
}
