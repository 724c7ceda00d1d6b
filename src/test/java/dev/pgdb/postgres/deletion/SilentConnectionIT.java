package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.deletion.DeletionStep.AwaitDrop;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Creating;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Provisioned;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/**
 * The connections die without a word: no answer comes, and no error either. What the server does
 * not run any more is not waited for, and what it still runs is not sent again.
 */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {"9.6", "18"})
class SilentConnectionIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Longer than it takes to give up a statement that the server does not run. */
  private static final Duration LONG = Duration.ofSeconds(15);

  private final TestPostgres server;
  private final Catalog catalog;
  private final FragileNetwork network;
  private final InterferingThreads threads = new InterferingThreads();
  private final DeletionRun run;
  private final DatabaseIdentity identity;
  private final long oid;
  private final Checkpointer checkpointer;

  SilentConnectionIT(String release) throws Exception {
    server = TestPostgres.start(release);
    catalog = new Catalog(server);
    network = new FragileNetwork(server);
    run = DeletionRun.through(network.port(), server, threads);
    identity = run.create("silent");
    oid = requireNonNull(identity.recorded()).oid();
    checkpointer = Checkpointer.of(server);
  }

  @AfterEach
  void stop() throws Exception {
    network.close();
    run.close();
    server.close();
  }

  @Test
  @Execution(CONCURRENT)
  void dropsAgainWhereTheBackendOfTheDropHasEnded() throws Exception {
    checkpointer.stop();
    run.until(identity, DeletionRun.atOnce(), AwaitDrop.class::isInstance);
    long drop = checkpointer.awaitDrop();

    network.goSilent();
    server.execute("postgres", "SELECT pg_terminate_backend(" + drop + ")");
    checkpointer.goOn();

    assertIsDeleted();
  }

  /** The backend has answered and waits for more. */
  @Test
  @Execution(CONCURRENT)
  void dropsAgainWhereTheDropHasFailed() throws Exception {
    var deaf = new long[1];
    threads.interfereBeforeTheNextTask(
        () -> {
          deaf[0] = comeInAgain();
          return null;
        });
    run.until(identity, DeletionRun.atOnce(), AwaitDrop.class::isInstance);
    checkpointer.awaitDrop();

    network.goSilent();
    Awaitility.await().atMost(SOON).until(() -> drops().isEmpty());
    server.signal("CONT", deaf[0]);

    assertIsDeleted();
  }

  /** There are two: one is for the pass, and without the other nothing is created any more. */
  @Test
  @Execution(CONCURRENT)
  void givesBackTheSessionOfADropThatHasDoneItsWork() throws Exception {
    checkpointer.stop();
    run.until(identity, DeletionRun.atOnce(), AwaitDrop.class::isInstance);
    checkpointer.awaitDrop();

    network.goSilent();
    checkpointer.goOn();
    assertIsDeleted();

    run.create("next");
  }

  @Test
  @Execution(CONCURRENT)
  void waitsForTheDropThatTheServerStillRuns() throws Exception {
    checkpointer.stop();
    run.until(identity, DeletionRun.atOnce(), AwaitDrop.class::isInstance);
    long drop = checkpointer.awaitDrop();

    network.goSilent();

    run.until(identity, DeletionRun.atOnce(), AwaitDrop.class::isInstance);
    Awaitility.await()
        .atMost(SOON)
        .during(LONG)
        .until(() -> step() instanceof AwaitDrop && drops().equals(List.of(drop)));
    checkpointer.goOn();
    assertIsDeleted();
  }

  /** Somebody is in the template, which CREATE DATABASE bears for five seconds. */
  @Test
  @Execution(CONCURRENT)
  void createsAgainWhatWasNotCreated() throws Exception {
    var claimed = new DatabaseIdentity("late", DeletionRun.someClaim("late"), null);
    try (var inTemplate = server.connect("template1")) {
      assertThat(inTemplate.isValid(1)).isTrue();
      assertThat(run.provisionOnce(claimed, "late")).isInstanceOf(Creating.class);
      Awaitility.await().atMost(SOON).until(() -> !creations().isEmpty());

      network.goSilent();
      Awaitility.await().atMost(SOON).until(() -> creations().isEmpty());
    }

    assertThat(run.provision(claimed, "late")).isInstanceOf(Provisioned.class);
  }

  private long comeInAgain() throws SQLException {
    String name = DatabaseName.whenDropped(oid);
    server.execute("postgres", "ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
    long pid = server.connect(name).unwrap(PGConnection.class).getBackendPID();
    server.signal("STOP", pid);
    server.execute("postgres", "ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
    return pid;
  }

  private DeletionStep step() throws SQLException {
    return run.pass(identity, DeletionRun.atOnce()).step();
  }

  private List<Long> drops() throws SQLException {
    return running("DROP");
  }

  private List<Long> creations() throws SQLException {
    return running("CREATE");
  }

  private List<Long> running(String verb) throws SQLException {
    return catalog
        .rows(
            "SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE '"
                + verb
                + " DATABASE%'")
        .stream()
        .map(Long::valueOf)
        .toList();
  }

  private void assertIsDeleted() throws SQLException {
    assertThat(run.delete(identity)).isInstanceOf(Gone.class);
    assertThat(catalog.named(oid)).isEmpty();
  }
}
