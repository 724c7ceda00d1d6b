package dev.pgdb.operator;

import dev.pgdb.testbed.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Counts the sessions of a role on a server, over and over, until it is closed. What does not last
 * is not counted: one that is replaced is there for a while after its end.
 */
final class SessionsOf implements AutoCloseable {
  private static final Duration LASTING = Duration.ofSeconds(2);

  private final AtomicBoolean over = new AtomicBoolean();
  private final AtomicReference<@Nullable Exception> failure = new AtomicReference<>();
  private final Connection connection;
  private final Thread counting;
  private volatile int most;

  /** Since when there have been one, two, three … of them. */
  private final Deque<Instant> since = new ArrayDeque<>();

  SessionsOf(TestPostgres postgres, String role) throws SQLException {
    connection = postgres.connect("postgres");
    counting = Thread.ofPlatform().start(() -> count(role));
  }

  private void count(String role) {
    try (var statement =
        connection.prepareStatement("SELECT count(*) FROM pg_stat_activity WHERE usename = ?")) {
      statement.setString(1, role);
      while (!over.get()) {
        try (var rows = statement.executeQuery()) {
          rows.next();
          note(rows.getInt(1));
        }
        Thread.sleep(10);
      }
    } catch (SQLException | InterruptedException e) {
      failure.set(e);
    }
  }

  private void note(int count) {
    while (since.size() > count) {
      since.removeLast();
    }
    while (since.size() < count) {
      since.addLast(Instant.now());
    }
    Instant longAgo = Instant.now().minus(LASTING);
    most = Math.max(most, (int) since.stream().filter(longAgo::isAfter).count());
  }

  /** How many there were at once, at most. */
  int most() {
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
