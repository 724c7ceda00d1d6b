package dev.pgdb.postgres;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The admin sessions of one server. Two are opened early and kept warm: when clients have taken
 * every connection slot, a session that is already in can still close the door and terminate
 * (docs/postgresql.md, "Connection slots").
 *
 * <p>A DROP may take for ever, together with every other DROP of the server (docs/postgresql.md,
 * "Deaf backends"), and so may a CREATE: from three sessions on one is never given to either, to
 * look and to terminate with, and one more is never given to a DROP, to create with. Two are given
 * to one DROP and one CREATE at most, since neither may keep the other from its turn.
 */
public final class AdminSessions implements AutoCloseable {
  private static final int WARM = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final ServerAddress address;
  private final Semaphore permits;
  private final Semaphore permitsForLong;
  private final Semaphore permitsForDrop;
  private final Semaphore permitsForCreate;
  private final IdleSessions idle;

  /**
   * @param maxConnections how many sessions this server may have, at least 2
   */
  public AdminSessions(ServerAddress address, int maxConnections, Clock clock) {
    this.address = address;
    this.idle = new IdleSessions(address, clock);
    this.permits = new Semaphore(maxConnections, true);
    this.permitsForLong = new Semaphore(Math.max(2, maxConnections - 1), true);
    this.permitsForDrop = new Semaphore(Math.max(1, maxConnections - 2), true);
    this.permitsForCreate = new Semaphore(Math.max(1, maxConnections - 2), true);
  }

  /** The server that the sessions are on. */
  public ServerAddress address() {
    return address;
  }

  /**
   * Opens what is missing of the two warm sessions, checks that they answer, and ends those that a
   * busier time has left behind.
   *
   * @throws SQLException when the server does not let the first one in
   */
  public void warm() throws SQLException {
    try (Lease first = lease();
        Lease second = leaseIfFree()) { // what is busy needs no warming
      first.session().execute(Sql.of("SELECT 1"));
      if (second != null) {
        second.session().execute(Sql.of("SELECT 1"));
      }
    }
    idle.closeAllBut(WARM);
  }

  /**
   * Takes a session for statements that are short. Waits a few seconds for one at most.
   *
   * @throws SessionsBusyException when none becomes free
   * @throws SQLException when the server cannot be reached
   */
  public Lease lease() throws SQLException {
    return lease(List.of(permits));
  }

  /** Waits for the first of the permits, and gives all of them back with the lease. */
  private Lease lease(List<Semaphore> all) throws SQLException {
    if (!acquired(permits, PATIENCE)) {
      throw new SessionsBusyException(address);
    }
    return opened(all, PATIENCE);
  }

  /**
   * Takes one more session, where it costs nobody else's.
   *
   * @return null where none is free, or none can be opened
   */
  public @Nullable Lease leaseIfFree() {
    if (!permits.tryAcquire()) {
      return null;
    }
    try {
      return opened(List.of(permits), Duration.ZERO);
    } catch (SQLException e) {
      return null;
    }
  }

  /**
   * Takes a session for a DROP.
   *
   * @param patience how long to wait for one of those that run to end
   * @return null where as many of them run as may run at once
   * @throws SQLException when none becomes free or the server cannot be reached
   */
  public @Nullable Lease leaseForDrop(Duration patience) throws SQLException {
    return leaseFor(permitsForDrop, patience);
  }

  /** Takes a session for a CREATE DATABASE, as one for a DROP. */
  public @Nullable Lease leaseForCreate(Duration patience) throws SQLException {
    return leaseFor(permitsForCreate, patience);
  }

  private @Nullable Lease leaseFor(Semaphore kind, Duration patience) throws SQLException {
    Lease lease = null;
    if (!acquired(kind, patience)) {
      return null;
    }
    try {
      lease = leaseForLong(kind, patience);
      return lease;
    } finally {
      if (lease == null) {
        kind.release();
      }
    }
  }

  private @Nullable Lease leaseForLong(Semaphore kind, Duration patience) throws SQLException {
    Lease lease = null;
    if (!acquired(permitsForLong, patience)) {
      return null;
    }
    try {
      lease = lease(List.of(permits, permitsForLong, kind));
      return lease;
    } finally {
      if (lease == null) {
        permitsForLong.release();
      }
    }
  }

  /** What is done in another database; null where nothing is to be said of it. */
  @FunctionalInterface
  public interface Visit<T> {
    T with(AdminSession inside) throws SQLException;
  }

  /**
   * Opens a session in another database for a while. It is one of those that this server may have.
   *
   * @throws SessionsBusyException when none may be opened
   * @throws SQLException also when the database does not let us in
   */
  public <T> T visit(String database, Visit<T> visit) throws SQLException {
    if (!acquired(permits, PATIENCE)) {
      throw new SessionsBusyException(address);
    }
    try {
      idle.closeAllButNewest(permits.availablePermits());
      try (var inside = idle.onTheSameCluster(AdminSession.open(address, database))) {
        return visit.with(inside);
      }
    } finally {
      permits.release();
    }
  }

  private static boolean acquired(Semaphore semaphore, Duration patience) throws SQLException {
    try {
      return semaphore.tryAcquire(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw IdleSessions.interrupted(e);
    }
  }

  private Lease opened(List<Semaphore> taken, Duration patience) throws SQLException {
    boolean done = false;
    try {
      var lease = new Lease(idle.take(patience), taken);
      done = true;
      return lease;
    } finally {
      if (!done) {
        permits.release();
      }
    }
  }

  @Override
  public void close() {
    idle.close();
  }

  /** A session that is ours until the lease is closed. */
  public final class Lease implements AutoCloseable {
    private final AdminSession session;
    private final List<Semaphore> taken;

    private Lease(AdminSession session, List<Semaphore> taken) {
      this.session = session;
      this.taken = taken;
    }

    public AdminSession session() {
      return session;
    }

    /** Gives the session back. */
    @Override
    public void close() {
      idle.giveBack(session);
      taken.forEach(Semaphore::release);
    }
  }
}
