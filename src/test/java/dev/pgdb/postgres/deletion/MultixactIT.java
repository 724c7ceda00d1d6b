package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Neighbours.execute;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What stands in xmax of the database's row is the number of a group of transactions that have long
 * gone, and of a transaction that is prepared elsewhere: that one has nothing to do with it.
 */
class MultixactIT {
  private static final int ROWS = 600;

  static List<String> releases() {
    return Releases.orElse("18");
  }

  @ParameterizedTest(name = "PostgreSQL {0}")
  @MethodSource("releases")
  void neitherWaitsForATransactionThatHasTheNumberOfAGroupNorEndsIt(String release)
      throws Exception {
    try (var server = TestPostgres.start(release);
        var run = new DeletionRun(server)) {
      var waiting = run.create("waiting");
      var terminating = run.create("terminating");
      server.execute("postgres", "CREATE DATABASE innocent");
      long group = shareTheRowsOf(server);
      server.execute("innocent", "CREATE TABLE precious (work int)");
      useUpNumbersBefore(server, group);
      prepare(server, group);

      assertThat(run.until(waiting, DeletionRun.atOnce(), Gone.class::isInstance)).isNotNull();
      assertThat(run.until(terminating, TransactionCases.TERMINATE, Gone.class::isInstance))
          .isNotNull();

      server.execute("innocent", "COMMIT PREPARED 'precious work'");
      assertThat(server.ask("innocent", "SELECT work FROM precious")).isEqualTo("42");
    }
  }

  /** Groups are numbered apart from transactions; there have to be more of them. */
  private static long shareTheRowsOf(TestPostgres server) throws SQLException {
    var sessions = new ArrayList<Connection>();
    try {
      for (int i = 0; i < 6; i++) {
        sessions.add(server.connect("postgres"));
      }
      server.execute(
          "postgres", "CREATE TABLE t AS SELECT i FROM generate_series(1, " + ROWS + ") i");
      for (Connection session : sessions) {
        execute(session, "BEGIN");
        if (sessions.indexOf(session) == 1) { // so that no two rows have the same group
          each(session, "PERFORM FROM t WHERE i = k FOR SHARE", ROWS);
        } else {
          execute(session, "SELECT FROM t FOR SHARE");
        }
      }
      for (Connection session : sessions) {
        execute(session, "ROLLBACK", "BEGIN", "SELECT FROM pg_database FOR SHARE");
      }
      for (Connection session : sessions) {
        execute(session, "ROLLBACK");
      }
    } finally {
      for (Connection session : sessions) {
        session.close();
      }
    }
    return Long.parseLong(
        server.ask("postgres", "SELECT xmax FROM pg_database WHERE datname = 'waiting'"));
  }

  /** So that the next one gets the number. */
  private static void useUpNumbersBefore(TestPostgres server, long number) throws SQLException {
    long used = nextTransaction(server);
    assertThat(used).isLessThan(number - 10);
    try (var session = server.connect("postgres")) {
      execute(session, "BEGIN");
      each(session, "PERFORM FROM t WHERE i = 1 FOR UPDATE", (int) (number - used - 5));
      execute(session, "ROLLBACK");
    }
    while (nextTransaction(server) < number - 1) {}
  }

  private static void prepare(TestPostgres server, long number) throws SQLException {
    try (var session = server.connect("innocent")) {
      execute(session, "BEGIN", "INSERT INTO precious VALUES (42)");
      execute(session, "PREPARE TRANSACTION 'precious work'");
    }
    assertThat(server.ask("innocent", "SELECT transaction FROM pg_prepared_xacts"))
        .isEqualTo(String.valueOf(number));
  }

  /** Uses it up. */
  private static long nextTransaction(TestPostgres server) throws SQLException {
    return Long.parseLong(server.ask("postgres", "SELECT txid_current()"));
  }

  /** Each in a subtransaction, which has a number of its own. */
  private static void each(Connection session, String statement, int times) throws SQLException {
    execute(
        session,
        "DO $$ BEGIN FOR k IN 1.."
            + times
            + " LOOP BEGIN "
            + statement
            + "; EXCEPTION WHEN division_by_zero THEN NULL; END; END LOOP; END $$");
  }
}
