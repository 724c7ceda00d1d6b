package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresDatabaseStatus;
import dev.pgdb.postgres.deletion.Blocker;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.DeleteControl;
import java.net.HttpURLConnection;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** Writes what a deletion has come to. JOSDK writes no status for a resource that goes. */
final class DeletionStatuses {
  private static final Duration UNTIL_NEXT_LOOK = Duration.ofSeconds(10);

  private static final int TRIES = 5;

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
    return hold(database, new DeletionReport(database, clock).held(verdict), context);
  }

  /**
   * The database cannot be given back for now.
   *
   * @param blockers what stands in the way, as far as that can be known
   */
  DeleteControl hold(
      PostgresDatabase database,
      Verdict verdict,
      List<Blocker> blockers,
      Context<PostgresDatabase> context) {
    return hold(database, new DeletionReport(database, clock).held(verdict, blockers), context);
  }

  private DeleteControl hold(
      PostgresDatabase database, PostgresDatabaseStatus after, Context<PostgresDatabase> context) {
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
      write(database, status, context);
      story.changed(database, before, status);
    }
  }

  /**
   * Writes a status. Others may write to the metadata or the spec meanwhile, but what another
   * process has noted, of the database or of its DROP, is never overwritten.
   *
   * @throws KubernetesClientException also, with code 409, where somebody else has written a status
   *     since the resource was read
   */
  void write(
      PostgresDatabase database, PostgresDatabaseStatus status, Context<PostgresDatabase> context) {
    write(database, status, context, live -> true);
  }

  /**
   * The same, unless the spec has changed since the resource was read.
   *
   * @return whether it had not when the status was written
   */
  boolean writeUnderThisSpec(
      PostgresDatabase database, PostgresDatabaseStatus status, Context<PostgresDatabase> context) {
    Long generation = database.getMetadata().getGeneration();
    return write(
        database, status, context, live -> live.getMetadata().getGeneration().equals(generation));
  }

  private static boolean write(
      PostgresDatabase database,
      PostgresDatabaseStatus status,
      Context<PostgresDatabase> context,
      Predicate<PostgresDatabase> wanted) {
    for (int tries = 1; ; tries++) {
      try {
        adopt(
            database,
            context
                .resourceOperations()
                .serverSideApplyPrimaryStatus(Statuses.patchUnlessChanged(database, status)));
        return true;
      } catch (KubernetesClientException e) {
        if (tries == TRIES || e.getCode() != HttpURLConnection.HTTP_CONFLICT) {
          throw e;
        }
        PostgresDatabase live = LiveResource.of(context.getClient(), database).orElseThrow(() -> e);
        boolean written = Statuses.of(live).equals(status); // the answer was lost on its way
        if (!written && !Statuses.of(live).equals(Statuses.of(database))) {
          throw e;
        }
        adopt(database, live);
        if (written || !wanted.test(live)) {
          return wanted.test(live);
        }
      }
    }
  }

  private static void adopt(PostgresDatabase database, PostgresDatabase live) {
    database.getMetadata().setResourceVersion(live.getMetadata().getResourceVersion());
    database.setStatus(live.getStatus());
  }
}
