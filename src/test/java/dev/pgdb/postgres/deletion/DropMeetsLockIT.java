package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Situation.execute;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.deletion.DeletionStep.AwaitDrop;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.testbed.TestPostgres;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A transaction of another database comes to lock the row of ours after the last look: the DROP
 * waits for it as long as it takes, since one that was cut off would leave a broken database.
 */
class DropMeetsLockIT {
  /** Longer than any statement of ours but a DROP waits for a lock. */
  private static final Duration LONG = Duration.ofSeconds(4);

  private static final String CHANGE = "UPDATE pg_database SET datacl = datacl WHERE oid = ";

  @ParameterizedTest
  @CsvSource({"9.6, false", "13, false", "18, false", "9.6, true", "13, true", "18, true"})
  void waitsForTheLockAndFinishes(String release, boolean inSavepoint) throws Exception {
    var server = TestPostgres.shared(release);
    var catalog = new Catalog(server);
    var threads = new InterferingThreads();
    try (var run = new DeletionRun(server, threads);
        var other = server.connect("postgres")) {
      DatabaseIdentity identity = run.create("locked_late");
      long oid = requireNonNull(identity.recorded()).oid();
      DeletionProgress ready =
          Awaitility.await()
              .until(
                  () -> run.pass(identity, DeletionRun.atOnce()),
                  progress -> progress.step() instanceof DeletionStep.Drop);
      other.setAutoCommit(false);
      threads.interfereBeforeTheNextTask(
          () -> {
            execute(other, "SAVEPOINT before", CHANGE + oid);
            if (inSavepoint) { // then no catalog tells whose change it was
              execute(other, "RELEASE SAVEPOINT before");
            }
            return null;
          });

      assertThat(run.drop(ready, () -> true)).isTrue();

      Awaitility.await()
          .during(LONG)
          .atMost(LONG.multipliedBy(5))
          .until(() -> isAwaited(run, identity));
      assertThat(run.pass(identity, DeletionRun.atOnce()).blockers())
          .extracting(Blocker::type)
          .contains("ForeignLock");
      other.rollback();
      assertThat(run.delete(identity)).isInstanceOf(Gone.class);
      assertThat(catalog.named(oid)).isEmpty();
    }
  }

  private static boolean isAwaited(DeletionRun run, DatabaseIdentity identity) throws Exception {
    return run.pass(identity, DeletionRun.atOnce()).step() instanceof AwaitDrop;
  }
}
