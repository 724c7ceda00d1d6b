package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Situation.LIMIT;
import static dev.pgdb.postgres.deletion.Situation.execute;
import static dev.pgdb.postgres.deletion.TransactionCases.TERMINATE;
import static dev.pgdb.postgres.deletion.TransactionCases.statementIn;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Transactions of other databases that lock the database. */
final class ForeignCases {
  private ForeignCases() {}

  private static Connection open(Neighbours it, String statement) throws Exception {
    var foreign = it.session("postgres");
    execute(foreign, "BEGIN", statement);
    return foreign;
  }

  static String grant(Neighbours it) {
    return "GRANT CONNECT ON DATABASE " + it.database + " TO PUBLIC";
  }

  private static String comment(Neighbours it) {
    return "COMMENT ON DATABASE " + it.database + " IS 'open'";
  }

  static void openGrantAndWait(Situation it) throws Exception {
    waitsFor(it, grant(it), "GRANT");
  }

  static void openCommentAndWait(Situation it) throws Exception {
    waitsFor(it, comment(it), "COMMENT");
  }

  /** Its subtransaction is over, so no catalog tells any more who has changed the row. */
  static void openSavepointAndWait(Situation it) throws Exception {
    it.clients(4);
    var foreign = open(it, "SAVEPOINT inner_one");
    String alter = "ALTER DATABASE " + it.database + " CONNECTION LIMIT 50";
    execute(foreign, alter, "RELEASE SAVEPOINT inner_one", "SELECT 'the last'");

    waitsFor(it, foreign, "SELECT");
  }

  /** A transaction that goes on all the same. */
  static void givenBack(Situation it) throws Exception {
    it.clients(4);
    var foreign = open(it, "SAVEPOINT before");
    execute(foreign, "SAVEPOINT inner_one", grant(it), "RELEASE SAVEPOINT inner_one");
    it.deletion.awaitBlocker("ForeignLock", LIMIT);

    execute(foreign, "ROLLBACK TO SAVEPOINT before", "SELECT 'goes on'");

    it.deletion.awaitGone(LIMIT);
  }

  static void rowLockAndWait(Situation it) throws Exception {
    waitsFor(it, row(it) + " FOR UPDATE", "SELECT");
  }

  /** Then the row tells of the two together, and of none of them. */
  static void sharedRowLocksAndTerminate(Situation it) throws Exception {
    it.clients(4);
    open(it, row(it) + " FOR SHARE");
    open(it, row(it) + " FOR SHARE");
    it.deletion.policy(TERMINATE);

    it.deletion.awaitGone(LIMIT);
  }

  private static String row(Neighbours it) {
    return "SELECT FROM pg_database WHERE datname = '" + it.database + "'";
  }

  private static void waitsFor(Situation it, String statement, String command) throws Exception {
    it.clients(4);
    waitsFor(it, open(it, statement), command);
  }

  private static void waitsFor(Situation it, Connection foreign, String command) throws Exception {
    var blocker = it.deletion.awaitBlocker("ForeignLock", LIMIT);

    int pid = Situation.pid(foreign);
    assertThat(blocker.subject()).isEqualTo("pid " + pid);
    if (it.admin().isSuperuser()) { // others do not see what a superuser says
      assertThat(blocker.message()).contains("its last statement is " + command + " (");
    }
    it.server.execute("postgres", statementIn(blocker.remedy(), "SELECT pg_terminate_backend"));
    it.deletion.awaitGone(LIMIT);
  }

  /** Two transactions that are open in other databases; they may be terminated. */
  static void lockedByOthers(Neighbours it) throws Exception {
    open(it, comment(it));
    open(it, grant(it));
  }

  static void openAndTerminate(Situation it) throws Exception {
    it.clients(4);
    lockedByOthers(it);
    it.deletion.policy(TERMINATE);

    it.deletion.awaitGone(LIMIT);
  }

  /** A role that may grant on what it was granted is at work in another database. */
  static void clientsAndTerminate(Situation it) throws Exception {
    String role = it.role();
    it.server.execute(
        "postgres",
        "GRANT CONNECT ON DATABASE %s TO %s WITH GRANT OPTION".formatted(it.database, role));
    var foreign = it.session("postgres", new Neighbours.Login(role, Situation.PASSWORD));
    execute(foreign, "BEGIN", grant(it));
    it.deletion.policy(TERMINATE);

    it.deletion.awaitGone(LIMIT);
  }

  static String prepareForeign(Neighbours it, String in, String gid, String... statements)
      throws Exception {
    try (var client = it.server.connect(in)) {
      execute(client, "BEGIN", "SELECT txid_current()");
      execute(client, statements);
      execute(client, "PREPARE TRANSACTION '" + gid + "'");
    }
    it.atTheEnd(() -> it.server.execute(in, "ROLLBACK PREPARED '" + gid + "'"));
    return gid;
  }

  static void preparedElsewhereAndWait(Situation it) throws Exception {
    waitsForPrepared(it, grant(it));
  }

  static void preparedSavepointAndWait(Situation it) throws Exception {
    waitsForPrepared(it, "SAVEPOINT inner_one", grant(it), "RELEASE SAVEPOINT inner_one");
  }

  private static void waitsForPrepared(Situation it, String... statements) throws Exception {
    String elsewhere = it.otherDatabase();
    it.clients(4);
    String gid = prepareForeign(it, elsewhere, "foreign " + UUID.randomUUID(), statements);

    var blocker = it.deletion.awaitBlocker("ForeignLock", LIMIT);

    assertThat(blocker.subject()).isEqualTo("prepared transaction " + gid);
    assertThat(blocker.message()).contains(elsewhere);
    assertThat(it.deletion.seen().foreignLocks()).hasSize(1);
    it.server.execute(elsewhere, statementIn(blocker.remedy(), "ROLLBACK PREPARED"));
    it.deletion.awaitGone(LIMIT);
  }

  static void preparedElsewhereAndTerminate(Situation it) throws Exception {
    it.clients(4);
    prepareForeign(it, it.otherDatabase(), "foreign " + UUID.randomUUID(), grant(it));
    it.deletion.policy(TERMINATE);

    it.deletion.awaitGone(LIMIT);
  }

  /** Its database lets nobody in, so only a person can end it. */
  static void preparedBehindAClosedDoor(Situation it) throws Exception {
    String elsewhere = it.otherDatabase();
    prepareForeign(it, elsewhere, "foreign " + UUID.randomUUID(), grant(it));
    it.server.execute("postgres", "ALTER DATABASE " + elsewhere + " ALLOW_CONNECTIONS false");
    it.atTheEnd(
        () ->
            it.server.execute(
                "postgres", "ALTER DATABASE " + elsewhere + " ALLOW_CONNECTIONS true"));
    it.deletion.policy(TERMINATE);

    var blocker = it.deletion.awaitBlocker("ForeignLock", LIMIT);

    it.server.execute("postgres", "ALTER DATABASE " + elsewhere + " ALLOW_CONNECTIONS true");
    it.server.execute(elsewhere, statementIn(blocker.remedy(), "ROLLBACK PREPARED"));
    it.deletion.awaitGone(LIMIT);
  }

  /** A process of pgdb that was killed has left a DROP behind, which waits for a lock. */
  static void dropOfAnEarlierProcess(Situation it) throws Exception {
    open(it, comment(it));
    var earlier = it.adminSession();
    execute(earlier, "SET application_name = 'pgdb'");
    var dropped = new CompletableFuture<String>();
    it.meanwhile(
        () -> {
          try {
            execute(earlier, "DROP DATABASE \"" + it.database + "\"");
            dropped.complete("dropped");
          } catch (SQLException e) {
            dropped.complete(e.getMessage());
          }
        });
    it.awaitCount(1, "pg_stat_activity WHERE query LIKE 'DROP DATABASE%' AND state = 'active'");
    it.deletion.policy(TERMINATE);

    it.deletion.awaitGone(LIMIT);

    assertThat(dropped.get(10, TimeUnit.SECONDS)).isEqualTo("dropped");
  }
}
