package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.deletion.DeletionStep.AwaitDrop;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import dev.pgdb.testbed.TestPostgres.StopMode;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** The server goes down in the middle of a deletion and comes back: the deletion ends. */
@ParameterizedClass(name = "PostgreSQL {0}")
@MethodSource("releases")
class RestartedServerIT {
  /** What comes later are looks at a DROP that runs, as many as it takes. */
  private static final int DROP_IS_SENT_BY = 100;

  /** 1 takes every one of the occasions, of which there are dozens. */
  private static final int STRIDE = Integer.getInteger("pgdb.test.stride", 37);

  private static final String CLOSED = " | f | f | -1 | ";
  private static final String CLOSED_AND_INVALID = " | f | f | -2 | ";

  private static final Map<String, Furnished> BYSTANDERS = new HashMap<>();

  private final String release;
  private final TestPostgres server;
  private final Catalog catalog;
  private final Furnished bystander;

  static List<String> releases() {
    return Releases.orElse("9.6", "18");
  }

  RestartedServerIT(String release) {
    this.release = release;
    bystander = BYSTANDERS.computeIfAbsent(release, RestartedServerIT::startServer);
    server = bystander.server;
    catalog = new Catalog(server);
  }

  private static Furnished startServer(String release) {
    var server = TestPostgres.start(release);
    try {
      server.execute("postgres", "CREATE DATABASE bystander");
      return Furnished.quietly(server, "bystander");
    } catch (SQLException e) {
      server.close();
      throw new AssertionError(e);
    }
  }

  @AfterAll
  static void stopServers() {
    BYSTANDERS.values().forEach(bystander -> bystander.server.close());
  }

  /** What happens to the server. */
  enum Outage {
    FAST(0, StopMode.FAST),
    IMMEDIATE(1, StopMode.IMMEDIATE),
    SIGKILL(2, StopMode.SIGKILL),
    /** Of one backend; the server restarts by itself then. */
    SIGKILL_OF_A_BACKEND(3, null);

    /** Another one for each, so that together they meet more steps. */
    private final int firstOccasion;

    private final @Nullable StopMode mode;

    Outage(int quarter, @Nullable StopMode mode) {
      this.firstOccasion = quarter * STRIDE / 4;
      this.mode = mode;
    }
  }

  /** At moments between a look and what is done upon it. */
  @ParameterizedTest
  @EnumSource
  void dropsTheRightOneWhenTheServerRestartsBetweenTwoSteps(Outage outage) throws Exception {
    boolean more = true;
    for (int occasion = outage.firstOccasion; more; occasion += STRIDE) {
      var clock = new InterferingClock();
      try (var run = new DeletionRun(server, server.superuser(), server.password(), clock)) {
        DatabaseIdentity identity = run.create("restarted");
        try (var furnished = Furnished.fully(server, "restarted")) {
          List<String> before = bystander.content();
          clock.interfereAt(occasion, () -> happen(outage));

          assertThat(run.delete(identity)).isInstanceOf(Gone.class);

          more = clock.hasInterfered() && occasion < DROP_IS_SENT_BY;
          assertThat(catalog.named(furnished.oid)).isEmpty();
          assertThat(bystander.content()).isEqualTo(before);
        }
      }
    }
    assertThat(bystander.rowsInside()).isEqualTo("1000");
  }

  /** A DROP waits for a checkpoint when the best part of it is done. */
  @ParameterizedTest
  @EnumSource(names = {"IMMEDIATE", "SIGKILL", "SIGKILL_OF_A_BACKEND"})
  void dropsTheRightOneWhenTheServerRestartsInTheMiddleOfTheDrop(Outage outage) throws Exception {
    List<String> before = bystander.content();
    try (var run = new DeletionRun(server)) {
      DatabaseIdentity identity = run.create("half_dropped");
      server.execute("half_dropped", "CREATE TABLE t AS SELECT generate_series(1, 1000)");
      var checkpointer = Checkpointer.of(server);
      checkpointer.stop();
      run.until(identity, DeletionRun.atOnce(), AwaitDrop.class::isInstance);
      checkpointer.awaitDrop();
      flushWhatCameBefore();

      happen(outage);

      assertThat(catalog.state(oid(identity)))
          .singleElement()
          .asString()
          .contains(Holder.isAtLeast(release, "11") ? CLOSED_AND_INVALID : CLOSED);
      assertThat(run.delete(identity)).isInstanceOf(Gone.class);
      assertThat(catalog.named(oid(identity))).isEmpty();
      assertThat(bystander.content()).isEqualTo(before);
    }
  }

  /** A crash may undo what did not wait for the disk, and a DROP of 9.6 has flushed nothing yet. */
  private void flushWhatCameBefore() throws SQLException {
    server.execute("bystander", "CREATE TABLE IF NOT EXISTS flushed ()", "DROP TABLE flushed");
  }

  private Void happen(Outage outage) throws SQLException {
    if (outage.mode == null) {
      long pid =
          Long.parseLong(
              catalog
                  .rows(
                      "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
                          + " AND application_name = 'pgdb' ORDER BY query LIKE 'DROP%' DESC")
                  .getFirst());
      server.signal("KILL", pid);
      Awaitility.await().ignoreExceptions().until(() -> hasRestartedSince(pid));
    } else {
      server.stop(outage.mode);
      server.startAgain();
    }
    return null;
  }

  private boolean hasRestartedSince(long pid) throws SQLException {
    return catalog.rows("SELECT pid FROM pg_stat_activity WHERE pid = " + pid).isEmpty();
  }

  private static long oid(DatabaseIdentity identity) {
    return requireNonNull(identity.recorded()).oid();
  }
}
