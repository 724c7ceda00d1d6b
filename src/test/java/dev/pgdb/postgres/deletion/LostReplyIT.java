package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.deletion.DeletionStep.AwaitDrop;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/**
 * The connection is lost after the DROP was sent. Whatever has become of the database, it is
 * dropped in the end, it is never opened again, and no other is touched.
 */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {"9.6", "18"})
class LostReplyIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String CLOSED = " | f | f | ";

  private final TestPostgres server;
  private final Catalog catalog;
  private final FragileNetwork network;
  private final InterferingThreads threads = new InterferingThreads();
  private final DeletionRun run;
  private final DatabaseIdentity identity;
  private final Checkpointer checkpointer;
  private long bystander;
  private long deaf;
  private List<String> before = List.of();

  LostReplyIT(String release) throws Exception {
    server = TestPostgres.start(release);
    catalog = new Catalog(server);
    network = new FragileNetwork(server);
    run = DeletionRun.through(network.port(), server, threads);
    identity = run.create("lost");
    checkpointer = Checkpointer.of(server);
  }

  @BeforeEach
  void createBystander() throws SQLException {
    server.execute("postgres", "CREATE DATABASE bystander");
    bystander = catalog.oid("bystander");
    before = catalog.state(bystander);
    server.execute("lost", "CREATE TABLE t AS SELECT generate_series(1, 1000)");
  }

  @AfterEach
  void stop() throws Exception {
    run.close();
    network.close();
    server.close();
  }

  @Test
  void theDatabaseIsGone() throws Exception {
    checkpointer.stop();
    run.until(identity, DeletionRun.atOnce(), AwaitDrop.class::isInstance);
    long drop = checkpointer.awaitDrop();

    network.cut();

    assertThat(awaitAwaitedDrops()).containsExactly(drop); // no second one is sent beside it
    checkpointer.goOn();
    assertIsDeleted();
  }

  /** On 9.6 it looks well, and is damaged. */
  @Test
  void theDatabaseIsInvalid() throws Exception {
    checkpointer.stop();
    run.until(identity, DeletionRun.atOnce(), AwaitDrop.class::isInstance);
    long drop = checkpointer.awaitDrop();

    loseConnectionOf(drop);

    assertThat(catalog.state(oid()))
        .singleElement()
        .asString()
        .contains(server.release().equals("9.6") ? CLOSED + "-1 | " : CLOSED + "-2 | ");
    checkpointer.goOn();
    assertIsDeleted();
  }

  /** A session that does not end keeps the DROP waiting before it has done anything. */
  @Test
  void theDatabaseIsIntact() throws Exception {
    threads.interfereBeforeTheNextTask(
        () -> {
          deaf = comeInAgain();
          return null;
        });
    run.until(identity, DeletionRun.atOnce(), AwaitDrop.class::isInstance);
    long drop = checkpointer.awaitDrop();

    loseConnectionOf(drop);

    assertThat(catalog.state(oid())).singleElement().asString().contains(CLOSED + "-1 | ");
    server.signal("CONT", deaf);
    assertIsDeleted();
  }

  private long comeInAgain() throws SQLException {
    String name = DatabaseName.whenDropped(oid());
    server.execute("postgres", "ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
    long pid = server.connect(name).unwrap(PGConnection.class).getBackendPID();
    server.signal("STOP", pid);
    server.execute("postgres", "ALTER DATABASE " + name + " ALLOW_CONNECTIONS false");
    return pid;
  }

  private void loseConnectionOf(long drop) throws Exception {
    network.cut();
    server.execute("postgres", "SELECT pg_terminate_backend(" + drop + ")");
    Awaitility.await().atMost(SOON).until(() -> drops().isEmpty());
  }

  private List<Long> awaitAwaitedDrops() throws SQLException {
    run.until(identity, DeletionRun.atOnce(), AwaitDrop.class::isInstance);
    return drops();
  }

  private List<Long> drops() throws SQLException {
    return catalog
        .rows("SELECT pid FROM pg_stat_activity WHERE state = 'active' AND query LIKE 'DROP DATA%'")
        .stream()
        .map(Long::valueOf)
        .toList();
  }

  private void assertIsDeleted() throws SQLException {
    assertThat(run.delete(identity)).isInstanceOf(Gone.class);
    assertThat(catalog.named(oid())).isEmpty();
    assertThat(catalog.state(bystander)).isEqualTo(before);
  }

  private long oid() {
    return requireNonNull(identity.recorded()).oid();
  }
}
