package dev.pgdb.postgres.deletion;

import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.ReconnectingClientsBuilder;
import dev.pgdb.testbed.TestPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Properties;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;

/** What others do to a database while it is being deleted. */
class Neighbours implements AutoCloseable {
  static final Duration LIMIT = Duration.ofSeconds(60);
  static final String PASSWORD = "let me in";

  final TestPostgres server;
  final String database;
  final long oid;
  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private volatile boolean over;

  Neighbours(TestPostgres server, String database, long oid) {
    this.server = server;
    this.database = database;
    this.oid = oid;
  }

  /** Who logs in. */
  record Login(String role, String password) {}

  /** What can fail as a statement does. */
  @FunctionalInterface
  interface Action {
    void run() throws Exception;
  }

  /** Clients of every kind that come back when they are ended; one of them owns the database. */
  ReconnectingClients clients(int count) throws Exception {
    return started(ReconnectingClients.against(server, database).mixed(count).prepareRoles());
  }

  ReconnectingClients started(ReconnectingClientsBuilder wanted) throws Exception {
    var clients = wanted.percentPooled(0).start();
    resources.push(clients);
    clients.awaitAllConnected(LIMIT);
    return clients;
  }

  /** Whom the sessions in the database belong to that need not be a superuser's. */
  Login client() {
    return new Login(server.superuser(), server.password());
  }

  /** Who owns subscriptions. */
  String subscriber() {
    return server.superuser();
  }

  /** A session of the client in the database that lasts no longer than it is held. */
  Connection connectAsClient() throws SQLException {
    return connectAsClient(database);
  }

  private Connection connectAsClient(String in) throws SQLException {
    return server.connect(in, client().role(), client().password());
  }

  /** A session of the client in the database that stays until the end of the test. */
  Connection clientSession() throws SQLException {
    return kept(connectAsClient());
  }

  /** A session of the superuser that stays until the end of the test. */
  Connection session(String in) throws SQLException {
    return kept(server.connect(in));
  }

  Connection session(String in, Login login) throws SQLException {
    return kept(server.connect(in, login.role(), login.password()));
  }

  /** A session whose start takes so long that only its lock shows it for a while. */
  Connection slowSession(int seconds) throws SQLException {
    var properties = asClient();
    properties.setProperty("options", "-c post_auth_delay=" + seconds);
    return kept(DriverManager.getConnection(server.jdbcUrl(database), properties));
  }

  /** A session that speaks the replication protocol. */
  Connection walsender() throws SQLException {
    var properties = asClient();
    properties.setProperty("replication", "database");
    properties.setProperty("preferQueryMode", "simple");
    properties.setProperty("assumeMinServerVersion", "9.6");
    return kept(DriverManager.getConnection(server.jdbcUrl(database), properties));
  }

  private Properties asClient() {
    var properties = new Properties();
    properties.setProperty("user", client().role());
    properties.setProperty("password", client().password());
    return properties;
  }

  private Connection kept(Connection connection) {
    synchronized (resources) {
      resources.push(() -> connection.abort(Runnable::run));
    }
    return connection;
  }

  void atTheEnd(AutoCloseable resource) {
    synchronized (resources) {
      resources.push(resource);
    }
  }

  /** Does it over and over, whether it works or not, until the test is over. */
  void again(Duration pause, Action action) {
    threads.execute(
        () -> {
          while (!over) {
            attempt(action);
            LockSupport.parkNanos(pause.toNanos());
          }
        });
  }

  /** Does it once, beside the test, whether it works or not. */
  void meanwhile(Action action) {
    threads.execute(() -> attempt(action));
  }

  static void attempt(Action action) {
    try {
      action.run();
    } catch (Exception e) {
      // The database is closed or gone: that is what the test is about.
    }
  }

  /** Another database of the same server, with nothing in it. */
  String otherDatabase() throws SQLException {
    String name = "other_" + UUID.randomUUID().toString().substring(0, 8);
    server.execute("postgres", "CREATE DATABASE " + name);
    atTheEnd(
        () -> {
          server.execute(
              "postgres",
              "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                  + name
                  + "'",
              "DROP DATABASE IF EXISTS " + name);
        });
    return name;
  }

  /** A role of its own, which can log in. */
  String role() throws SQLException {
    String name = "role_" + UUID.randomUUID().toString().substring(0, 8);
    server.execute("postgres", "CREATE ROLE " + name + " LOGIN PASSWORD '" + PASSWORD + "'");
    atTheEnd(() -> server.execute("postgres", "DROP ROLE IF EXISTS " + name));
    return name;
  }

  static void execute(Connection session, String... statements) throws SQLException {
    try (var statement = session.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  static int pid(Connection session) throws SQLException {
    return session.unwrap(PGConnection.class).getBackendPID();
  }

  /** Asks one number of the server. */
  long count(String sql) throws SQLException {
    try (var connection = server.connect("postgres");
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT count(*) FROM " + sql)) {
      row.next();
      return row.getLong(1);
    }
  }

  /** Waits until the server counts as many. */
  void awaitCount(long wanted, String sql) throws SQLException {
    Instant end = Instant.now().plus(LIMIT);
    while (count(sql) < wanted) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("there never were " + wanted + " of " + sql);
      }
      LockSupport.parkNanos(10_000_000);
    }
  }

  /** Waits until the client cannot log in any more, where it is a superuser nobody can. */
  @SuppressWarnings("try") // that a login succeeds is all that is asked
  void awaitNoRoom() throws SQLException {
    Instant end = Instant.now().plus(LIMIT);
    while (Instant.now().isBefore(end)) {
      try (var one = connectAsClient("postgres")) {
        LockSupport.parkNanos(1_000_000);
      } catch (SQLException e) {
        if ("53300".equals(e.getSQLState())) {
          return;
        }
        throw e;
      }
    }
    throw new AssertionError("there always was room");
  }

  /** After a test that failed: transactions that stay prepared make other tests wait. */
  void rollBackWhatIsLeft() throws SQLException {
    var catalog = new Catalog(server);
    for (String gid : catalog.prepared(oid)) {
      String name = catalog.named(oid).getFirst();
      server.execute("postgres", "ALTER DATABASE \"" + name + "\" ALLOW_CONNECTIONS true");
      server.execute(name, "ROLLBACK PREPARED '" + gid.replace("'", "''") + "'");
    }
  }

  @Override
  public void close() {
    over = true;
    threads.shutdownNow();
    while (!resources.isEmpty()) {
      AutoCloseable next = resources.pop();
      attempt(next::close);
    }
  }
}
