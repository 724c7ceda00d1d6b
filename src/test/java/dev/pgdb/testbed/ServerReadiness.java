package dev.pgdb.testbed;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.BooleanSupplier;

final class ServerReadiness {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private ServerReadiness() {}

  /** Returns when the superuser can log in; fails when the server ends or takes too long. */
  static void await(PostgresHost server, BooleanSupplier runs) {
    var url = "jdbc:postgresql://%s:%d/postgres".formatted(server.host(), server.port());
    var end = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        DriverManager.getConnection(url, server.superuser(), server.password()).close();
        return;
      } catch (SQLException e) {
        if (!runs.getAsBoolean() || System.nanoTime() > end) {
          throw new IllegalStateException(
              "PostgreSQL does not take connections: " + e.getMessage(), e);
        }
      }
      pause();
    }
  }

  private static void pause() {
    try {
      Thread.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
