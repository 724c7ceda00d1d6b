package dev.pgdb.postgres;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import org.postgresql.PGConnection;

/** One session of the admin role, in the maintenance database or inside another. */
public final class AdminSession implements AutoCloseable {
  private static final int VALIDATION_SECONDS = 2;

  /**
   * Some of these settings are known only to recent releases, so they cannot be asked for at login.
   * They end a session that waits for long, and with it a DROP half-way. That transactions are read
   * only is no obstacle where it is said of the role or of this database; said of the whole server,
   * it is meant.
   */
  private static final Sql START =
      Sql.of(
          """
          SELECT (SELECT system_identifier FROM pg_control_system()),
                 coalesce((SELECT backend_start::text FROM pg_stat_activity
                   WHERE pid = pg_backend_pid()), '-infinity'),
                 (SELECT count(set_config(name, CASE name WHEN 'track_activities' THEN 'on' ELSE '0' END, false))
                  FROM pg_settings
                  WHERE name IN ('transaction_timeout', 'idle_session_timeout')
                    OR (name = 'track_activities' AND setting = 'off'
                      AND (SELECT rolsuper FROM pg_roles WHERE rolname = current_user))
                    OR (name = 'default_transaction_read_only'
                      AND source IN ('user', 'database', 'database user')))
          """);

  /**
   * A role that the owner of the database has set for all who are in it. One that is set for the
   * admin itself goes before that.
   */
  private static final Sql ROLE_OF_THE_DATABASE =
      Sql.of(
          "SELECT true FROM pg_db_role_setting s, unnest(s.setconfig) AS setting"
              + " WHERE s.setrole = 0 AND setting LIKE 'role=%%' AND s.setdatabase ="
              + " (SELECT d.oid FROM pg_database d WHERE d.datname = current_database())"
              + " AND NOT EXISTS (SELECT FROM pg_db_role_setting o, unnest(o.setconfig) AS own"
              + " WHERE own LIKE 'role=%%' AND o.setdatabase IN (0, s.setdatabase) AND o.setrole ="
              + " (SELECT r.oid FROM pg_roles r WHERE r.rolname = session_user))");

  private static final Sql WHERE_AM_I =
      Sql.of("SELECT datid FROM pg_stat_activity WHERE pid = pg_backend_pid()");

  private final Connection connection;
  private final int pid;
  private final String systemIdentifier;
  private final String started;
  private final PreparedQueries prepared = new PreparedQueries();

  private AdminSession(Connection connection) throws SQLException {
    this.connection = connection;
    this.pid = connection.unwrap(PGConnection.class).getBackendPID();
    boolean done = false;
    try {
      List<String> facts =
          queryOne(START, row -> List.of(row.getString(1), row.getString(2))).orElseThrow();
      this.systemIdentifier = facts.get(0);
      this.started = facts.get(1);
      done = true;
    } finally {
      if (!done) {
        connection.close();
      }
    }
  }

  /** Names the cluster that this session is on, whatever the name of its host leads to by now. */
  public String systemIdentifier() {
    return systemIdentifier;
  }

  /**
   * Logs in.
   *
   * @param database the database that the session is in; a session there keeps it from being
   *     dropped
   * @throws SQLException when the server cannot be reached within seconds or refuses the login
   */
  public static AdminSession open(ServerAddress address, String database) throws SQLException {
    ServerAddress primary = PrimarySearch.find(address);
    AdminSession session = open(primary, database, primary.properties(database));
    if (database.equals(address.maintenanceDatabase()) || !session.actsAsTheDatabaseSays()) {
      return session;
    }
    session.close(); // RESET ROLE would only lead back to that role
    return open(primary, database, primary.propertiesWithOwnRole());
  }

  private static AdminSession open(ServerAddress primary, String database, Properties properties)
      throws SQLException {
    return new AdminSession(DriverManager.getConnection(primary.url(database), properties));
  }

  private boolean actsAsTheDatabaseSays() throws SQLException {
    try {
      return queryOne(ROLE_OF_THE_DATABASE, row -> true).isPresent();
    } catch (SQLException e) {
      close();
      throw e;
    }
  }

  /** The process ID of the backend that serves this session. */
  public int pid() {
    return pid;
  }

  /** Whether it is in this very database: the name that it logged in to may mean another by now. */
  public boolean isIn(DatabaseRow database) throws SQLException {
    return queryOne(WHERE_AM_I, row -> row.getLong(1)).orElse(0L) == database.oid();
  }

  /** When that backend was started: a pid alone may become another's. */
  String started() {
    return started;
  }

  /** Runs one statement that returns nothing. */
  public void execute(Sql sql) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute(sql.text());
    }
  }

  /**
   * Runs statements however long they take: no answer within a time is no error here. Role and
   * settings that they SET are reset.
   */
  void executeWithoutLimit(List<Sql> statements) throws SQLException {
    int usual = connection.getNetworkTimeout();
    connection.setNetworkTimeout(Runnable::run, 0);
    try {
      for (Sql sql : statements) {
        execute(sql);
      }
    } finally {
      if (!isClosed()) {
        connection.setNetworkTimeout(Runnable::run, usual);
        execute(Sql.of("RESET ROLE; RESET lock_timeout"));
      }
    }
  }

  /** Runs a query and reads every row. */
  public <T> List<T> query(Sql sql, RowReader<T> reader) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(sql.text())) {
      return read(rows, reader);
    }
  }

  /**
   * Sends queries together: all of them take one round trip, and one more where some are new to
   * this session.
   */
  public Answers queryAll(List<Query<?>> queries) throws SQLException {
    try {
      return ask(queries, prepared.calls(queries.stream().<Sql>map(Query::sql).toList(), this));
    } catch (SQLException e) {
      if (SqlState.isOneOf(
          e, SqlState.INVALID_SQL_STATEMENT_NAME, SqlState.FEATURE_NOT_SUPPORTED)) {
        close(); // it has lost what was prepared, or the plans do not fit any more
      }
      throw e;
    }
  }

  private Answers ask(List<Query<?>> queries, Sql calls) throws SQLException {
    var answers = new Answers();
    try (var statement = connection.createStatement()) {
      statement.execute(calls.text());
      for (Query<?> query : queries) {
        read(query, statement, answers);
        statement.getMoreResults();
      }
    }
    return answers;
  }

  private static <T> void read(Query<T> query, Statement statement, Answers answers)
      throws SQLException {
    try (var rows = statement.getResultSet()) {
      answers.add(query, read(rows, query.reader()));
    }
  }

  private static <T> List<T> read(ResultSet rows, RowReader<T> reader) throws SQLException {
    var result = new ArrayList<T>();
    while (rows.next()) {
      result.add(reader.read(rows));
    }
    return result;
  }

  /** Sends a query that is asked again and again and returns at most one row. */
  public <T> Optional<T> queryOne(Query<T> query) throws SQLException {
    return queryAll(List.of(query)).one(query);
  }

  /** Runs a query that returns at most one row. */
  public <T> Optional<T> queryOne(Sql sql, RowReader<T> reader) throws SQLException {
    return query(sql, reader).stream().findFirst();
  }

  /**
   * Runs statements in one transaction.
   *
   * @param work true commits what it did, false rolls it back
   * @return what {@code work} returned
   */
  public boolean inTransaction(Work work) throws SQLException {
    connection.setAutoCommit(false);
    boolean commit = false;
    try {
      commit = work.run();
      return commit;
    } finally {
      end(commit);
    }
  }

  private void end(boolean commit) throws SQLException {
    if (isClosed()) {
      return;
    }
    if (commit) {
      connection.commit();
    } else {
      connection.rollback();
    }
    connection.setAutoCommit(true);
  }

  /** Whether this side knows the session to be over. */
  boolean isClosed() {
    try {
      return connection.isClosed();
    } catch (SQLException e) {
      return true;
    }
  }

  /** Whether the server still answers on this session, asked with one round trip. */
  public boolean isAlive() {
    try {
      return connection.isValid(VALIDATION_SECONDS);
    } catch (SQLException e) {
      return false;
    }
  }

  /** Gives it up from outside: whoever waits for an answer on it is told that none comes. */
  void abandon() {
    try {
      connection.abort(Runnable::run);
    } catch (SQLException e) {
      // It is over already.
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      // The session is of no use any more, whatever the server had to say to that.
    }
  }

  /** Reads the current row of a result. */
  @FunctionalInterface
  public interface RowReader<T> {
    T read(ResultSet row) throws SQLException;
  }

  /** What is done within a transaction; true commits it. */
  @FunctionalInterface
  public interface Work {
    boolean run() throws SQLException;
  }
}
