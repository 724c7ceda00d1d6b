package dev.pgdb.demo;

import dev.pgdb.testbed.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/** Asks the server itself, over a session of its own, how many sessions a database has. */
final class SessionCount implements AutoCloseable {
  private final Connection connection;
  private final PreparedStatement query;

  SessionCount(TestPostgres server, long oid) throws SQLException {
    connection = server.connect("postgres");
    query = connection.prepareStatement("SELECT count(*) FROM pg_stat_activity WHERE datid = ?");
    query.setLong(1, oid);
  }

  int now() throws SQLException {
    try (var row = query.executeQuery()) {
      row.next();
      return row.getInt(1);
    }
  }

  @Override
  public void close() throws SQLException {
    connection.close();
  }
}
