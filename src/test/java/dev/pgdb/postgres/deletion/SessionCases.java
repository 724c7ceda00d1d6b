package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Situation.LIMIT;
import static dev.pgdb.postgres.deletion.Situation.execute;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Processes that are in the database, or about to be. */
final class SessionCases {
  private static final String STARTING =
      "pg_locks l WHERE l.locktype = 'object' AND l.classid = 'pg_database'::regclass AND l.granted"
          + " AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.pid = l.pid AND a.datid > 0)"
          + " AND l.objid = ";

  private static final String OUR_WAITS_FOR_TABLES =
      "pg_locks l JOIN pg_stat_activity a USING (pid) WHERE NOT l.granted"
          + " AND l.locktype = 'relation' AND a.application_name = 'pgdb'";

  private SessionCases() {}

  /** A DROP that met one of them would wait for it, and then fail after five seconds. */
  static void starting(Situation it) throws Exception {
    it.clients(4);
    for (int i = 0; i < 3; i++) {
      it.again(Duration.ofMillis(10), () -> it.slowSession(20));
    }
    it.awaitCount(3, STARTING + it.deletion.oid());

    assertThat(it.deletion.awaitGone(LIMIT)).isLessThan(Duration.ofSeconds(5));
  }

  /** DROP ROLE asks nobody who is logged in. */
  static void roleIsGone(Situation it) throws Exception {
    it.clients(4);
    var role = new Neighbours.Login("gone_" + it.database, Situation.PASSWORD);
    it.server.execute(
        "postgres",
        "CREATE ROLE %s LOGIN PASSWORD '%s'".formatted(role.role(), role.password()),
        "GRANT CONNECT ON DATABASE %s TO %s".formatted(it.database, role.role()));
    it.session(it.database, role);
    it.server.execute(
        "postgres",
        "REVOKE CONNECT ON DATABASE %s FROM %s".formatted(it.database, role.role()),
        "DROP ROLE " + role.role());

    it.deletion.awaitGone(LIMIT);
  }

  static void lockingTables(Situation it) throws Exception {
    it.server.execute(it.database, "CREATE TABLE orders (id int)");
    it.clients(4);
    var holding = it.session(it.database);
    holding.setAutoCommit(false);
    execute(
        holding,
        "LOCK TABLE orders IN ACCESS EXCLUSIVE MODE",
        "LOCK TABLE pg_class IN ACCESS EXCLUSIVE MODE",
        "GRANT CONNECT ON DATABASE " + it.database + " TO PUBLIC");

    it.deletion.awaitGone(LIMIT);
  }

  /** The owner is in the middle of its work, and others look in all the time. */
  static void ownerAtWork(Situation it) throws Exception {
    it.clients(4);
    var owner = it.session(it.database, it.roles.owner);
    execute(owner, "CREATE SCHEMA work", "CREATE TABLE work.orders (id int)");
    execute(owner, "BEGIN", "LOCK TABLE work.orders IN ACCESS EXCLUSIVE MODE");
    it.again(Duration.ofMillis(5), () -> lookIn(it));
    var waits = new AtomicLong();
    it.again(Duration.ofMillis(5), () -> waits.addAndGet(it.count(OUR_WAITS_FOR_TABLES)));

    it.deletion.awaitGone(LIMIT);

    assertThat(waits).hasValue(0);
  }

  private static void lookIn(Situation it) throws SQLException {
    try (var visitor = it.connectAsClient()) {
      execute(visitor, "SELECT 1");
    }
  }

  /** Stopped, a backend does not hear that it is to end. */
  static void deaf(Situation it) throws Exception {
    it.clients(4);
    int pid = Situation.pid(it.clientSession());
    it.server.signal("STOP", pid);
    it.atTheEnd(() -> it.server.signal("CONT", pid));

    var blocker = it.deletion.awaitBlocker("DeafSession", LIMIT);

    assertThat(blocker.subject()).isEqualTo("pid " + pid);
    assertThat(blocker.remedy()).contains("kill -CONT " + pid);
    it.server.signal("CONT", pid);
    it.deletion.awaitGone(LIMIT);
  }

  /**
   * From PostgreSQL 15 on a DROP waits for every backend of the server; creating does not, and must
   * not wait behind the DROPs.
   */
  static void deafElsewhere(Situation it) throws Exception {
    int pid = Situation.pid(it.session(it.otherDatabase()));
    var second = it.pgdb.create();
    var third = it.pgdb.create();
    it.server.signal("STOP", pid);
    it.atTheEnd(() -> it.server.signal("CONT", pid));

    for (var deletion : java.util.List.of(it.deletion, second)) {
      var blocker = deletion.awaitBlocker("ProcSignalBarrier", LIMIT);
      assertThat(blocker.remedy()).contains("kill -CONT");
    }
    third.goOn(Duration.ofSeconds(4));
    it.pgdb.create();

    assertThat(it.deletion.exists()).isTrue();
    it.server.signal("CONT", pid);
    it.deletion.awaitGone(LIMIT);
    second.awaitGone(LIMIT);
    third.awaitGone(LIMIT);
  }

  /** Clients have left no room for others, and where they are superusers for nobody. */
  static void allSlotsTaken(Situation it) throws Exception {
    for (int i = 0; i < 40; i++) {
      it.again(
          Duration.ofMillis(1),
          () -> {
            for (int session = 0; session < 10; session++) {
              it.clientSession();
            }
          });
    }
    it.awaitNoRoom();

    it.deletion.awaitGone(LIMIT);
  }
}
