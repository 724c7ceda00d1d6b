package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.TransactionCases.TERMINATE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.deletion.DeletionStep.AwaitDrop;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.testbed.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A DROP that waits for the server itself: it is let alone, and what it waits for is named. */
class RunningDropIT {
  private static final Duration A_WHILE = Duration.ofSeconds(3);

  private static TestPostgres server;

  @BeforeAll
  static void start() {
    server = TestPostgres.start("18");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  /** Its transaction holds the lock of a DROP, and nobody sees what it does. */
  @Test
  void isNotTakenForAForeignTransactionWhereNobodyIsToldOfIt() throws Exception {
    server.execute(
        "postgres",
        "CREATE ROLE untracked LOGIN CREATEDB CREATEROLE PASSWORD 'x'",
        "GRANT pg_signal_backend TO untracked",
        "ALTER ROLE untracked SET track_activities = off");
    try (var run = new DeletionRun(server, "untracked", "x", Clock.systemUTC())) {
      DatabaseIdentity identity = run.create("unseen");
      var checkpointer = Checkpointer.of(server);
      checkpointer.stop();
      try {
        run.until(identity, TERMINATE, AwaitDrop.class::isInstance);
        long drop = checkpointer.awaitDrop();

        Awaitility.await()
            .during(A_WHILE)
            .atMost(A_WHILE.multipliedBy(10))
            .until(() -> run.pass(identity, TERMINATE).step(), AwaitDrop.class::isInstance);

        assertThat(checkpointer.awaitDrop()).isEqualTo(drop);
      } finally {
        checkpointer.goOn();
      }
      assertThat(run.until(identity, TERMINATE, Gone.class::isInstance)).isNotNull();
    }
  }

  @Test
  void namesTheStandbyThatItWaitsFor() throws Exception {
    try (var run = new DeletionRun(server)) {
      DatabaseIdentity identity = run.create("synchronous");
      synchronousStandby("nobody");
      try {
        var waiting =
            (AwaitDrop)
                run.until(
                    identity,
                    DeletionRun.atOnce(),
                    step ->
                        step instanceof AwaitDrop(var blockers)
                            && blockers.stream().anyMatch(SynchronousStandby.class::isInstance));

        assertThat(waiting.blockers()).hasSize(1);
      } finally {
        synchronousStandby("");
      }
      assertThat(run.delete(identity)).isInstanceOf(Gone.class);
    }
  }

  private static void synchronousStandby(String name) throws Exception {
    server.execute(
        "postgres",
        "SET synchronous_commit = local",
        "ALTER SYSTEM SET synchronous_standby_names = '" + name + "'",
        "SELECT pg_reload_conf()");
  }
}
