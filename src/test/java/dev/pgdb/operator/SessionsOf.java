package dev.pgdb.operator;

import dev.pgdb.testbed.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Counts the sessions of a role on a server, over and over, until it is closed. Those that were
 * opened a moment ago do not count: one that they replace is there for a while after its end.
 */
final class SessionsOf implements AutoCloseable {
  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Connection connection;
  private final Thread counting;
  private volatile long most;

  SessionsOf(TestPostgres postgres, String role) throws SQLException {
    connection = postgres.connect("postgres");
    counting = Thread.ofPlatform().start(() -> count(role));
  }

  private void count(String role) {
    try (var statement =
        connection.prepareStatement(
            "SELECT count(*) FROM pg_stat_activity WHERE usename = ?"
                + " AND backend_start < clock_timestamp() - interval '500 milliseconds'")) {
      statement.setString(1, role);
      while (!over.get()) {
        try (var rows = statement.executeQuery()) {
          rows.next();
          most = Math.max(most, rows.getLong(1));
        }
        Thread.sleep(10);
      }
    } catch (SQLException | InterruptedException e) {
      failure.set(e);
    }
  }

  /** How many there were at once, at most. */
  long most() {
    Exception why = failure.get();
    if (why != null) {
      throw new AssertionError("not counted to the end", why);
    }
    return most;
  }

  @Override
  public void close() throws SQLException {
    over.set(true);
    try {
      counting.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    connection.close();
  }
}
