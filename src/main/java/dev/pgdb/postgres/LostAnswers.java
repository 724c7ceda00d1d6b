package dev.pgdb.postgres;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Looks after statements whose connections may have died without a word, for all of a server. One
 * that looks is enough, and once a second.
 */
final class LostAnswers {
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final AdminSessions sessions;
  private final Attempts attempts;
  private final Clock clock;
  private final ReentrantLock looking = new ReentrantLock();
  private Instant looked = Instant.MIN; // guarded by looking

  LostAnswers(AdminSessions sessions, Attempts attempts, Clock clock) {
    this.sessions = sessions;
    this.attempts = attempts;
    this.clock = clock;
  }

  /** Forgets those whose answers cannot come any more, as far as the server can be asked now. */
  void forget() {
    if (attempts.areLate() && looking.tryLock()) {
      try {
        if (looked.isBefore(clock.instant().minus(PAUSE))) {
          look();
          looked = clock.instant();
        }
      } catch (SQLException e) {
        // Whoever comes next looks.
      } finally {
        looking.unlock();
      }
    }
  }

  /** Those that are lost may hold all the sessions that we may have. */
  private void look() throws SQLException {
    try (var free = sessions.leaseIfFree()) {
      if (free != null) {
        attempts.forgetLost(free.session());
        return;
      }
    }
    ServerAddress address = sessions.address();
    try (var witness = AdminSession.open(address, address.maintenanceDatabase())) {
      attempts.forgetLost(witness);
    }
  }
}
