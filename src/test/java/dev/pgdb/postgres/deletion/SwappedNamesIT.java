package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two databases change names while one of them is deleted: that one is dropped, and the other is
 * not touched, whatever they are called.
 */
@ParameterizedClass(name = "PostgreSQL {0}")
@MethodSource("releases")
class SwappedNamesIT {
  /** What comes later are looks at a DROP that runs, as many as it takes. */
  private static final int DROP_IS_SENT_BY = 40;

  private static final String UNTOUCHED =
      " | t | f | -1 | - postgres CONNECT f, - postgres TEMPORARY f, postgres postgres CONNECT f,"
          + " postgres postgres CREATE f, postgres postgres TEMPORARY f";

  private final TestPostgres server;
  private final Catalog catalog;

  /** There are some thirty occasions, and each costs two databases. */
  private final int stride;

  private long impostor;

  static List<String> releases() {
    return Releases.orElse("9.6", "13", "18");
  }

  SwappedNamesIT(String release) {
    server = TestPostgres.shared(release);
    catalog = new Catalog(server);
    stride = Integer.getInteger("pgdb.test.stride", release.equals("18") ? 3 : 11);
  }

  @BeforeEach
  void createTheImpostor() throws SQLException {
    server.execute("postgres", "CREATE DATABASE impostor");
    impostor = catalog.oid("impostor");
  }

  @AfterEach
  void dropTheImpostor() throws SQLException {
    for (String name : catalog.named(impostor)) {
      server.execute("postgres", "DROP DATABASE \"" + name + "\"");
    }
  }

  /**
   * At each moment between a look and what is done upon it, until the database is gone. In both of
   * them there is what is ended from inside, or by its name.
   */
  @Test
  void dropsTheRightOneWhenTheySwapBetweenTwoSteps() throws Exception {
    var clock = new InterferingClock();
    int swaps = 0;
    try (var run = new DeletionRun(server, server.superuser(), server.password(), clock);
        var other = Furnished.quietly(server, "impostor")) {
      List<String> before = other.content();
      boolean more = true;
      for (int occasion = 0; more; occasion += stride) {
        DatabaseIdentity identity = run.create("swapped");
        try (var ours = Furnished.quietly(server, "swapped")) {
          clock.interfereAt(occasion, () -> trySwapping(identity));

          assertThat(run.delete(identity)).isInstanceOf(Gone.class);

          more = clock.hasInterfered() && occasion < DROP_IS_SENT_BY;
          swaps += catalog.named(impostor).contains("impostor") ? 0 : 1;
          assertThat(catalog.named(ours.oid)).isEmpty();
          assertThat(other.content()).as("at occasion %d", occasion).isEqualTo(before);
        }
        giveItsNameBack();
      }
      assertThat(swaps).isPositive();
      assertThat(other.rowsInside()).isEqualTo("1000");
      assertThat(run.delete(run.identityOf("impostor", impostor))).isInstanceOf(Gone.class);
    }
  }

  private void giveItsNameBack() throws SQLException {
    String name = catalog.named(impostor).getFirst();
    if (!name.equals("impostor")) {
      server.execute("postgres", "ALTER DATABASE \"" + name + "\" RENAME TO impostor");
    }
  }

  @Test
  void sendsNoDropWhenTheySwapBeforeTheLastLook() throws Exception {
    try (var run = new DeletionRun(server)) {
      DatabaseIdentity identity = run.create("last_look");
      DeletionProgress ready = toDrop(run, identity);

      boolean sent = run.drop(ready, () -> done(swap(identity)));

      assertThat(sent).isFalse();
      assertThat(catalog.named(impostor)).isNotEmpty();
      assertThat(catalog.named(oid(identity))).isNotEmpty();
      deletes(run, identity);
    }
  }

  /** No look before the DROP can show that, since the names change places after the last one. */
  @ParameterizedTest(name = "renamed before it is dropped: {0}")
  @ValueSource(booleans = {true, false})
  void dropsTheRightOneWhenTheySwapAfterTheLastLook(boolean buried) throws Exception {
    var threads = new InterferingThreads();
    try (var run = new DeletionRun(server, threads)) {
      DatabaseIdentity identity = run.create("after_look");
      DeletionProgress ready = buried ? toDrop(run, identity) : toDropOfInvalid(run, identity);
      threads.interfereBeforeTheNextTask(() -> beginSwap(identity));

      boolean sent = run.drop(ready, () -> true);

      assertThat(sent).isFalse();
      deletes(run, identity);
    }
  }

  /** As fast as the server lets them, all the while. */
  @Test
  void dropsTheRightOneWhenTheyKeepSwapping() throws Exception {
    try (var run = new DeletionRun(server)) {
      DatabaseIdentity identity = run.create("restless");
      var stop = new AtomicBoolean();
      var swapper = Thread.ofVirtual().start(() -> keepSwapping(identity, stop));
      try {
        deletes(run, identity);
      } finally {
        stop.set(true);
        swapper.join();
      }
    }
  }

  private void deletes(DeletionRun run, DatabaseIdentity identity) throws SQLException {
    assertThat(run.delete(identity)).isInstanceOf(Gone.class);

    assertThat(catalog.named(oid(identity))).isEmpty();
    assertThat(catalog.state(impostor)).singleElement().asString().endsWith(UNTOUCHED);
  }

  private static DeletionProgress toDrop(DeletionRun run, DatabaseIdentity identity) {
    return Awaitility.await()
        .until(
            () -> run.pass(identity, DeletionRun.atOnce()),
            progress -> progress.step() instanceof DeletionStep.Drop);
  }

  /** One that keeps its name, as a DROP that was cut off leaves it. */
  private DeletionProgress toDropOfInvalid(DeletionRun run, DatabaseIdentity identity)
      throws SQLException {
    server.execute(
        "postgres", "UPDATE pg_database SET datconnlimit = -2 WHERE oid = " + oid(identity));
    DeletionProgress progress = toDrop(run, identity);
    assertThat(requireNonNull(progress.seen().database()).buried()).isFalse();
    return progress;
  }

  private void keepSwapping(DatabaseIdentity identity, AtomicBoolean stop) {
    while (!stop.get()) {
      trySwapping(identity);
    }
  }

  /** Swaps them, or gets as far as to wait for a lock. */
  private Thread beginSwap(DatabaseIdentity identity) {
    Thread swapper = Thread.ofVirtual().start(() -> trySwapping(identity));
    Awaitility.await().until(() -> !swapper.isAlive() || !renamesThatWait().isEmpty());
    return swapper;
  }

  private List<String> renamesThatWait() throws SQLException {
    return catalog.rows(
        "SELECT query FROM pg_stat_activity WHERE query LIKE '% RENAME TO away'"
            + " AND pid IN (SELECT pid FROM pg_locks WHERE NOT granted)");
  }

  private boolean trySwapping(DatabaseIdentity identity) {
    try {
      return swap(identity).call();
    } catch (Exception e) {
      return false; // somebody else works on one of them
    }
  }

  /** The other database takes the name of ours, which gets the other one's. */
  private Callable<Boolean> swap(DatabaseIdentity identity) {
    return () -> {
      String other = catalog.named(impostor).getFirst();
      for (String name : catalog.named(oid(identity))) {
        try (var connection = server.connect("postgres");
            var statement = connection.createStatement()) {
          connection.setAutoCommit(false);
          statement.execute("SET LOCAL lock_timeout = '1s'");
          statement.execute("SET LOCAL statement_timeout = '1s'"); // of the 5 s for who is inside
          statement.execute("ALTER DATABASE \"" + name + "\" RENAME TO away");
          statement.execute("ALTER DATABASE \"" + other + "\" RENAME TO \"" + name + "\"");
          statement.execute("ALTER DATABASE away RENAME TO \"" + other + "\"");
          connection.commit();
        }
      }
      return true;
    };
  }

  private static boolean done(Callable<Boolean> what) {
    try {
      return what.call();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static long oid(DatabaseIdentity identity) {
    return requireNonNull(identity.recorded()).oid();
  }
}
