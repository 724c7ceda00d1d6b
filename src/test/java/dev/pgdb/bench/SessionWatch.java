package dev.pgdb.bench;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** Looks again and again how many sessions pgdb has on each server, and keeps the most. */
final class SessionWatch implements AutoCloseable {
  private static final long EVERY_MILLIS = 500;
  private static final String COUNT =
      "SELECT count(*) FROM pg_stat_activity WHERE usename = '" + ScaleServer.ADMIN + "'";

  private final List<Connection> connections = new ArrayList<>();
  private final AtomicLong most = new AtomicLong();
  private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor();

  SessionWatch(List<ScaleServer> servers) throws SQLException {
    for (ScaleServer server : servers) {
      connections.add(server.postgres().connect("postgres"));
    }
    var unused = thread.scheduleWithFixedDelay(this::look, 0, EVERY_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    for (Connection connection : connections) {
      try (var statement = connection.createStatement();
          var rows = statement.executeQuery(COUNT)) {
        rows.next();
        most.accumulateAndGet(rows.getLong(1), Math::max);
      } catch (SQLException e) {
        throw new IllegalStateException(e); // and no figure is better than a wrong one
      }
    }
  }

  /** On one server at once. */
  long most() {
    return most.get();
  }

  @Override
  public void close() throws SQLException {
    thread.shutdownNow();
    thread.close();
    for (Connection connection : connections) {
      connection.close();
    }
  }
}
