package dev.pgdb.postgres;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.sql.SQLTransientConnectionException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.LinkedBlockingDeque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** The admin sessions that nobody uses right now. */
final class IdleSessions implements AutoCloseable {
  private static final Duration TRUSTED_FOR = Duration.ofSeconds(1);
  private static final Duration KEPT_FOR = Duration.ofMinutes(1);

  private final ServerAddress address;
  private final Clock clock;
  private final LinkedBlockingDeque<Idle> idle = new LinkedBlockingDeque<>();
  private final AtomicReference<@Nullable String> cluster = new AtomicReference<>();
  private volatile boolean closed;

  IdleSessions(ServerAddress address, Clock clock) {
    this.address = address;
    this.clock = clock;
  }

  private record Idle(AdminSession session, Instant since) {}

  /**
   * One that answers, or a new one.
   *
   * @param patience how long to wait for one to be given back where the server lets nobody in
   */
  AdminSession take(Duration patience) throws SQLException {
    for (Idle next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
      if (isGood(next)) {
        return next.session;
      }
    }
    try {
      return onTheSameCluster(AdminSession.open(address, address.maintenanceDatabase()));
    } catch (SQLException e) {
      if (!SqlState.TOO_MANY_CONNECTIONS.is(e)) {
        throw e;
      }
      Idle returned = awaitIdle(patience);
      if (returned == null || !isGood(returned)) {
        throw e;
      }
      return returned.session;
    }
  }

  /**
   * A name or an address may lead to another cluster from one login to the next. What was seen on
   * one must not be acted upon on the other, where the same OID is another database.
   */
  AdminSession onTheSameCluster(AdminSession opened) throws SQLException {
    String first = cluster.updateAndGet(known -> known == null ? opened.systemIdentifier() : known);
    if (opened.systemIdentifier().equals(first)) {
      return opened;
    }
    opened.close();
    throw new SQLNonTransientConnectionException(
        address.hostAndPort()
            + " leads to another cluster by now (system identifier "
            + opened.systemIdentifier()
            + " rather than "
            + first
            + ")");
  }

  private @Nullable Idle awaitIdle(Duration patience) throws SQLException {
    try {
      return idle.pollFirst(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
  }

  private boolean isGood(Idle candidate) {
    if (clock.instant().isBefore(candidate.since.plus(TRUSTED_FOR))
        || candidate.session.isAlive()) {
      return true;
    }
    candidate.session.close();
    return false;
  }

  static SQLException interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new SQLTransientConnectionException("interrupted while waiting for a session", e);
  }

  /** Keeps a session for the next one who needs it. */
  void giveBack(AdminSession session) {
    if (closed || session.isClosed()) {
      session.close();
      return;
    }
    idle.addFirst(new Idle(session, clock.instant()));
    if (closed) {
      close(); // in between
    }
  }

  /** Ends those that a busier time has left behind. */
  void closeAllBut(int count) {
    Instant old = clock.instant().minus(KEPT_FOR);
    while (idle.size() > count
        && idle.peekLast() instanceof Idle last
        && last.since.isBefore(old)) {
      if (idle.removeLastOccurrence(last)) {
        last.session.close();
      }
    }
  }

  /** Makes room for a session elsewhere. */
  void closeAllButNewest(int count) {
    while (idle.size() > count && idle.pollLast() instanceof Idle oldest) {
      oldest.session.close();
    }
  }

  /** Ends all of them, and those that are given back from now on. */
  @Override
  public void close() {
    closed = true;
    for (Idle next = idle.pollFirst(); next != null; next = idle.pollFirst()) {
      next.session.close();
    }
  }
}
