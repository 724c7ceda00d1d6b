package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Finds out whose lock a change waits for, where the catalogs do not tell: a transaction that has
 * changed the row in a savepoint and released it cannot be found by xmax, only by asking, from a
 * second session and while the change waits, who blocks it (docs/postgresql.md, "Foreign locks").
 */
final class LockWatch {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final AdminSessions sessions;
  private final DeletionMemory memory;
  private final boolean worthIt;

  /**
   * @param worthIt whether changes may have to wait: only then are they watched
   */
  LockWatch(AdminSessions sessions, DeletionMemory memory, boolean worthIt) {
    this.sessions = sessions;
    this.memory = memory;
    this.worthIt = worthIt;
  }

  /** Makes a change on a session. */
  boolean during(AdminSession changing, AdminSession.Work change) throws SQLException {
    try {
      boolean done = (worthIt || memory.lockedOut()) ? watched(changing, change) : change.run();
      memory.lockedOut(false);
      return done;
    } catch (SQLException e) {
      if (SqlState.LOCK_NOT_AVAILABLE.is(e)) {
        memory.lockedOut(true);
      }
      throw e;
    }
  }

  private boolean watched(AdminSession changing, AdminSession.Work change) throws SQLException {
    Set<String> blocking = ConcurrentHashMap.newKeySet();
    try (var second = sessions.leaseIfFree()) {
      if (second == null) {
        return unwatched(change);
      }
      var done = new AtomicBoolean(); // an interrupt would cut the connection
      Thread watching =
          Thread.ofVirtual().start(() -> watch(second.session(), changing.pid(), blocking, done));
      try {
        return change.run();
      } finally {
        done.set(true);
        join(watching);
        memory.blockedBy(blocking);
      }
    }
  }

  /** Whom the one before has waited for is all that is known then, and most likely still true. */
  private boolean unwatched(AdminSession.Work change) throws SQLException {
    try {
      return change.run();
    } catch (SQLException e) {
      if (SqlState.LOCK_NOT_AVAILABLE.is(e)) {
        memory.stillBlocked();
      }
      throw e;
    }
  }

  /** The virtual transactions that a backend waits for right now, where it still is at work. */
  private static Set<String> blocking(AdminSession session, int pid, Sql atWork)
      throws SQLException {
    Sql whoBlocks =
        Sql.of(
            """
            SELECT virtualtransaction FROM pg_locks
            WHERE locktype = 'virtualxid' AND granted AND pid = ANY (pg_blocking_pids(%L)) AND %s
            UNION ALL -- a prepared transaction has no pid
            SELECT h.virtualtransaction FROM pg_locks w
            JOIN pg_locks h ON h.transactionid = w.transactionid AND h.granted
            WHERE w.pid = %L AND NOT w.granted AND w.locktype = 'transactionid' AND %s
            """,
            pid, atWork, pid, atWork);
    return Set.copyOf(session.query(whoBlocks, row -> row.getString(1)));
  }

  /**
   * The virtual transactions that a DROP waits for right now.
   *
   * @param pid its backend, which by now may do something else
   * @param oid of the database on which it has, or awaits, the lock of a DROP
   */
  static Set<String> blockingDrop(AdminSession session, int pid, long oid) throws SQLException {
    return blocking(
        session,
        pid,
        Sql.of(
            """
            EXISTS (
              SELECT FROM pg_locks d WHERE d.pid = %L AND d.mode = 'AccessExclusiveLock'
              AND d.locktype = 'object' AND d.classid = 'pg_database'::regclass AND d.objid = %L)
            """,
            pid, oid));
  }

  private static void watch(
      AdminSession session, int pid, Set<String> blocking, AtomicBoolean done) {
    try {
      while (!done.get()) {
        blocking.addAll(blocking(session, pid, Sql.of("true")));
        Thread.sleep(PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException e) {
      // Then it is not known who it was, and the next change is watched again.
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
