package dev.pgdb.postgres;

import java.sql.SQLException;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Whose DROP is sent next, where as many of them run on a server as may run at once. */
final class DropQueue {
  private static final Duration PATIENCE = Duration.ofMillis(250);

  private final AdminSessions sessions;
  private final Semaphore nextInLine = new Semaphore(1);
  private final Map<String, Runnable> waiting = new LinkedHashMap<>(); // guarded by itself

  DropQueue(AdminSessions sessions) {
    this.sessions = sessions;
  }

  /**
   * Takes a session for a DROP.
   *
   * @param wakeUp called when it is worth another try, where none is free
   * @return null where none is free
   */
  AdminSessions.@Nullable Lease takeTurn(String key, Runnable wakeUp) throws SQLException {
    queue(key, wakeUp); // before we look whether a session is free: no turn is missed
    AdminSessions.Lease lease = lease();
    if (lease != null) {
      leave(key);
    }
    return lease;
  }

  /**
   * The next in line waits for a moment rather than to be told, so that no session lies idle
   * between two DROPs. It is one for each server: nobody keeps all the threads of his callers from
   * what they might do elsewhere.
   */
  private AdminSessions.@Nullable Lease lease() throws SQLException {
    AdminSessions.Lease atOnce = sessions.leaseForDrop(Duration.ZERO);
    if (atOnce != null || !nextInLine.tryAcquire()) {
      return atOnce;
    }
    try {
      return sessions.leaseForDrop(PATIENCE);
    } finally {
      nextInLine.release();
    }
  }

  private void queue(String key, Runnable wakeUp) {
    synchronized (waiting) {
      waiting.putIfAbsent(key, wakeUp);
    }
  }

  private void leave(String key) {
    synchronized (waiting) {
      waiting.remove(key);
    }
  }

  /** Tells who has waited longest that a session may be free. */
  void wakeNext() {
    Runnable next = null;
    synchronized (waiting) {
      Iterator<Runnable> all = waiting.values().iterator();
      if (all.hasNext()) {
        next = all.next();
        all.remove();
      }
    }
    if (next != null) {
      next.run();
    }
  }
}
