package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresDatabaseStatus;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import java.time.Clock;
import java.time.Duration;

/** Writes what a deletion has come to. JOSDK writes no status for a resource that goes. */
final class DeletionStatuses {
  private static final Duration UNTIL_NEXT_LOOK = Duration.ofSeconds(10);
  private static final Duration WHILE_BUSY = Duration.ofMillis(500);

  private final DeletionStory story;
  private final Clock clock;

  DeletionStatuses(DeletionStory story, Clock clock) {
    this.story = story;
    this.clock = clock;
  }

  /** The deletion cannot go on for now, for a reason outside the database. */
  DeleteControl hold(
      PostgresDatabase database, Verdict verdict, Context<PostgresDatabase> context) {
    PostgresDatabaseStatus after = new DeletionReport(database, clock).held(verdict);
    writeIfChanged(database, after, context);
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(UNTIL_NEXT_LOOK.toMillis());
  }

  /** Others keep every session of the server busy: their turn ends, and nothing is to be told. */
  static DeleteControl tryAgain() {
    return DeleteControl.noFinalizerRemoval().rescheduleAfter(WHILE_BUSY.toMillis());
  }

  /** Writes a status that says something new, and tells what it says in Events. */
  void writeIfChanged(
      PostgresDatabase database, PostgresDatabaseStatus status, Context<PostgresDatabase> context) {
    PostgresDatabaseStatus before = Statuses.of(database);
    if (!status.equals(DeletionReport.countingPassesOf(status, before))) {
      story.changed(database, before, status);
      write(database, status, context);
    }
  }

  /** Writes a status and returns the resource as the API server has it then. */
  PostgresDatabase write(
      PostgresDatabase database, PostgresDatabaseStatus status, Context<PostgresDatabase> context) {
    PostgresDatabase live =
        context.resourceOperations().serverSideApplyPrimaryStatus(Statuses.patch(database, status));
    database.setStatus(status);
    return live;
  }
}
