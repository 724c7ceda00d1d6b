package dev.pgdb.testbed;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.PGConnection;

/** Holds one session, and takes the next one at once when it loses it. */
final class ReconnectingClient implements Runnable {
  /** What the session does while it is held. */
  enum Habit {
    RUNNING_A_QUERY,
    IDLE
  }

  private final DataSource source;
  private final Habit habit;
  private final ClientCounts counts;
  private volatile boolean connected;
  private volatile boolean refused;
  private volatile boolean closed;

  ReconnectingClient(DataSource source, Habit habit, ClientCounts counts) {
    this.source = source;
    this.habit = habit;
    this.counts = counts;
  }

  @Override
  public void run() {
    while (!closed) {
      try (var session = source.getConnection()) {
        hold(session);
      } catch (SQLException e) {
        refused |= !closed; // its reason was counted where the session was asked for
      }
    }
  }

  private void hold(Connection session) {
    try (var statement = session.createStatement()) {
      statement.execute("SELECT 1");
      refused = false;
      connected = true;
      switch (habit) {
        case RUNNING_A_QUERY -> statement.execute("SELECT pg_sleep(3600)");
        case IDLE ->
            session.unwrap(PGConnection.class).getNotifications(0); // waits for what never comes
      }
    } catch (SQLException e) {
      if (connected && !closed) { // a pool may hand out a session that had ended before
        counts.lost(e);
      }
    } finally {
      connected = false;
    }
  }

  boolean isConnected() {
    return connected;
  }

  /** Whether it has asked for a session in vain since it last had one. */
  boolean wasRefused() {
    return refused;
  }

  void stop() {
    closed = true;
  }
}
