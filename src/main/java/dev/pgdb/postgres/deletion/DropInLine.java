package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.LongStatements.Sending;
import dev.pgdb.postgres.Query;
import dev.pgdb.postgres.Sql;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/**
 * A DROP that has been sent while a session of ours keeps it from the lock that it needs first:
 * until that lock is let go, it can be called back and nothing has happened.
 *
 * @param pid the backend that runs it
 * @param oid the database that is locked
 * @param locking the session that locks it
 */
record DropInLine(int pid, long oid, Sending drop, AdminSession locking) {
  private static final Duration PAUSE = Duration.ofMillis(1);
  private static final Duration LONGEST = Duration.ofSeconds(2);
  private static final Duration PAUSE_FOR_CANCEL = Duration.ofMillis(20);
  private static final int CANCELS = 100;

  /**
   * Waits until it waits for our lock and for nobody else. Locks are granted in the order in which
   * they were asked for. Who has one that is before it, such as a client that logs in, lets go by
   * himself, and whoever comes later is behind it. But who waits for one before it would come first
   * as soon as we let go, and might give the name to another database.
   *
   * @return false where it does not come to that within seconds, or cannot
   */
  boolean isNext() throws SQLException {
    Sql waiting = waiting(oid);
    var place =
        new Query<>(
            Sql.of(
                """
                SELECT CASE WHEN before = ARRAY[pg_backend_pid()] THEN 'next'
                  WHEN EXISTS (SELECT FROM pg_locks WHERE pid = ANY (before) AND %s) THEN 'behind'
                  ELSE 'soon' END
                FROM (SELECT pg_blocking_pids(pid) AS before FROM pg_locks WHERE pid = %L AND %s) d
                """,
                waiting, pid, waiting),
            row -> row.getString(1));
    long begun = System.nanoTime();
    while (System.nanoTime() - begun < LONGEST.toNanos()) {
      if (drop.ended()) {
        return true; // without ever waiting: it has met an error, which says more than we could
      }
      List<String> places = locking.queryAll(List.of(place)).to(place);
      if (places.contains("next")) {
        return true;
      }
      if (places.contains("behind")) {
        return false;
      }
      pause(PAUSE);
    }
    return false;
  }

  private static Sql waiting(long oid) {
    return Sql.of(
        "NOT granted AND locktype = 'object' AND classid = 'pg_database'::regclass AND objid = %L",
        oid);
  }

  /** Whether nobody waits for a lock on the database. */
  static boolean isEmpty(AdminSession session, long oid) throws SQLException {
    return session
        .query(Sql.of("SELECT pid FROM pg_locks WHERE %s", waiting(oid)), row -> row.getInt(1))
        .isEmpty();
  }

  /**
   * Ends it before it begins. One that has not even reached its backend yet cannot be cancelled:
   * then its session is ended.
   */
  void callBack() throws SQLException {
    for (int tries = 0; tries < CANCELS && !drop.ended(); tries++) {
      tell("SELECT pg_cancel_backend(%L)");
      pause(PAUSE_FOR_CANCEL);
    }
    if (!drop.ended()) {
      tell("SELECT pg_terminate_backend(%L)");
    }
  }

  private void tell(String signal) throws SQLException {
    locking.query(Sql.of(signal, pid), row -> row.getBoolean(1));
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the rest goes on without a pause
    }
  }
}
