package dev.pgdb.testbed;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;

/**
 * A real PostgreSQL server of any release from 9.6 to 18, for tests.
 *
 * <p>Where none can be had, this fails: a test that needs one is red rather than skipped.
 */
public final class TestPostgres implements AutoCloseable {
  public static final List<String> RELEASES =
      List.of("9.6", "10", "11", "12", "13", "14", "15", "16", "17", "18");

  /**
   * How a server ends: as an administrator asks for it, at once but told, or with no warning at
   * all.
   */
  public enum StopMode {
    FAST,
    IMMEDIATE,
    SIGKILL
  }

  private static final Map<String, Once<TestPostgres>> SHARED = new ConcurrentHashMap<>();

  private final String release;
  private final String provider;
  private final PostgresHost server;

  private TestPostgres(String release, Providers.Chosen<PostgresHost> chosen) {
    this.release = release;
    provider = chosen.name();
    server = chosen.value();
  }

  /**
   * The one of this JVM for a release. Started when it is first asked for; it ends with the JVM.
   */
  public static TestPostgres shared(String release) {
    return SHARED
        .computeIfAbsent(
            release,
            r -> Once.of(() -> new TestPostgres(r, PostgresProviders.forSharing(r).choose())))
        .get();
  }

  /** One of its own, which the test may stop, kill and start again. */
  public static TestPostgres start(String release) {
    return new TestPostgres(release, PostgresProviders.forOneTest(release).choose());
  }

  /**
   * From now on nothing waits for the disk: for tests of so many new databases that the checkpoints
   * of their DROPs would take longer than all the rest.
   */
  public TestPostgres withoutFsync() throws SQLException {
    execute("postgres", "ALTER SYSTEM SET fsync = off", "SELECT pg_reload_conf()");
    return this;
  }

  /**
   * A standby that streams from this server, on the same port at another loopback address. This
   * server is stopped and started again for it; from release 12 on, and of servers that are child
   * processes.
   */
  public TestPostgres standby() {
    if (!(server instanceof EmbeddedServer embedded)) {
      throw new IllegalStateException("A standby needs -Dpgdb.test.postgres=embedded");
    }
    return new TestPostgres(release, new Providers.Chosen<>(provider, embedded.standby()));
  }

  public String release() {
    return release;
  }

  /** The name of the provider that was chosen: url, docker or embedded. */
  public String provider() {
    return provider;
  }

  public String host() {
    return server.host();
  }

  public int port() {
    return server.port();
  }

  public String superuser() {
    return server.superuser();
  }

  public String password() {
    return server.password();
  }

  public String jdbcUrl(String database) {
    return "jdbc:postgresql://%s:%d/%s"
        .formatted(host(), port(), URLEncoder.encode(database, StandardCharsets.UTF_8));
  }

  /** As the superuser. */
  public Connection connect(String database) throws SQLException {
    return connect(database, superuser(), password());
  }

  public Connection connect(String database, String user, String password) throws SQLException {
    return DriverManager.getConnection(jdbcUrl(database), user, password);
  }

  /**
   * Each statement by itself, as the superuser, of whose session nothing is left in the database
   * afterwards.
   */
  public void execute(String database, String... statements) throws SQLException {
    int backend;
    try (var connection = connect(database);
        var statement = connection.createStatement()) {
      backend = connection.unwrap(PGConnection.class).getBackendPID();
      for (var sql : statements) {
        statement.execute(sql);
      }
    }
    if (!database.equals("postgres")) {
      awaitEndOf(backend);
    }
  }

  /** A backend whose client has left is there for a while: pgdb would see it and speak of it. */
  private void awaitEndOf(int backend) throws SQLException {
    try (var connection = connect("postgres");
        var statement = connection.createStatement()) {
      Instant end = Instant.now().plusSeconds(30);
      while (runs(statement, backend)) {
        if (Instant.now().isAfter(end)) {
          throw new IllegalStateException("Backend " + backend + " does not end");
        }
        LockSupport.parkNanos(1_000_000);
      }
    }
  }

  private static boolean runs(Statement statement, int backend) throws SQLException {
    try (var rows = statement.executeQuery("SELECT FROM pg_stat_activity WHERE pid = " + backend)) {
      return rows.next();
    }
  }

  /** What the first column of the first row of an answer says. */
  public String ask(String database, String query) throws SQLException {
    try (var connection = connect(database);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      if (!rows.next()) {
        throw new IllegalStateException("no row: " + query);
      }
      return rows.getString(1);
    }
  }

  /** Whether there is a database with this OID. */
  public boolean isThere(long oid) throws SQLException {
    try (var connection = connect("postgres");
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT FROM pg_database WHERE oid = " + oid)) {
      return rows.next();
    }
  }

  /** Makes the server show this certificate, and trust clients whom this authority has signed. */
  public void useTls(TestCertificates.Signed own, String clientAuthority) throws SQLException {
    writeToData("server.crt", own.certificate());
    writeToData("server.key", own.key());
    writeToData("clients.crt", clientAuthority);
    execute(
        "postgres",
        "ALTER SYSTEM SET ssl_ca_file = 'clients.crt'",
        "ALTER SYSTEM SET ssl = on",
        "SELECT pg_reload_conf()");
  }

  /** Replaces pg_hba.conf; who is in stays in. */
  public void authenticateBy(String... lines) throws SQLException {
    writeToData("pg_hba.conf", String.join("\n", lines) + "\n");
    execute("postgres", "SELECT pg_reload_conf()");
  }

  /** Through the server itself, wherever it runs and whoever it runs as. */
  private void writeToData(String file, String content) throws SQLException {
    try (var connection = connect("postgres");
        var statement = connection.createStatement()) {
      String folder;
      try (var rows = statement.executeQuery("SHOW data_directory")) {
        rows.next();
        folder = rows.getString(1);
      }
      var lines = new StringBuilder();
      for (String line : content.strip().split("\n", -1)) {
        lines.append(lines.isEmpty() ? "" : ", ").append("('").append(line).append("')");
      }
      String path = folder + "/" + file;
      statement.execute(
          "COPY (VALUES %s) TO PROGRAM 'umask 077; cat > %s.new && mv %s.new %s'"
              .formatted(lines, path, path, path));
    }
  }

  public void stop(StopMode mode) {
    server.stop(mode);
  }

  /** On the same data and port, after a stop or a crash; returns when it takes connections. */
  public void startAgain() {
    server.startAgain();
  }

  /** As the server itself numbers its processes, like pg_backend_pid(). */
  public long postmasterPid() {
    return server.postmasterPid();
  }

  /**
   * Sends a signal to one process of the server: {@code signal("STOP", pid)} makes a backend deaf.
   */
  public void signal(String name, long pid) {
    server.signal(name, pid);
  }

  @Override
  public void close() {
    server.close();
  }

  @Override
  public String toString() {
    return "PostgreSQL " + release + " from " + server;
  }
}
