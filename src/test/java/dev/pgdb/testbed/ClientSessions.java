package dev.pgdb.testbed;

import java.io.PrintWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.SQLFeatureNotSupportedException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Logger;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.postgresql.jdbc.PreferQueryMode;

/** Opens the sessions of one kind of client, also for its pool, and counts. */
final class ClientSessions implements DataSource {
  private final PGSimpleDataSource server;
  private final ClientCounts counts;
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private volatile boolean closed;

  ClientSessions(PGSimpleDataSource server, ClientCounts counts) {
    this.server = server;
    this.counts = counts;
  }

  /**
   * As cheap as a session can be had, so that the clients press on the server rather than on this
   * JVM.
   */
  static PGSimpleDataSource lean(
      TestPostgres postgres, String database, ClientRoles.Login login, String name) {
    var source = new PGSimpleDataSource();
    source.setServerNames(new String[] {postgres.host()});
    source.setPortNumbers(new int[] {postgres.port()});
    source.setDatabaseName(database);
    source.setUser(login.user());
    source.setPassword(login.password());
    source.setApplicationName(name);
    source.setSslmode("disable");
    source.setGssEncMode("disable");
    source.setPreferQueryMode(PreferQueryMode.SIMPLE);
    source.setAssumeMinServerVersion("9.6");
    source.setConnectTimeout(5);
    return source;
  }

  @Override
  public Connection getConnection() throws SQLException {
    counts.attempted();
    try {
      var connection = server.getConnection();
      open.removeIf(ClientSessions::isClosed);
      open.add(connection);
      if (closed) {
        connection.abort(Runnable::run);
      }
      return connection;
    } catch (SQLException e) {
      counts.refused(e);
      throw e;
    }
  }

  /** Drops every session without a word. */
  void abort() throws SQLException {
    closed = true;
    for (var connection : open) {
      connection.abort(Runnable::run);
    }
  }

  private static boolean isClosed(Connection connection) {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  @Override
  public Connection getConnection(String user, String password) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public @Nullable PrintWriter getLogWriter() {
    return null;
  }

  @Override
  public void setLogWriter(@Nullable PrintWriter out) {
    // Nothing is written.
  }

  @Override
  public void setLoginTimeout(int seconds) {
    // A pool sets it; a session that has a limit would cost a thread.
  }

  @Override
  public int getLoginTimeout() {
    return 0;
  }

  @Override
  public Logger getParentLogger() throws SQLFeatureNotSupportedException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public <T> T unwrap(Class<T> type) throws SQLException {
    throw new SQLFeatureNotSupportedException();
  }

  @Override
  public boolean isWrapperFor(Class<?> type) {
    return false;
  }
}
