package dev.pgdb.testbed;

import dev.pgdb.testbed.Providers.Unavailable;
import dev.pgdb.testbed.TestPostgres.StopMode;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.postgresql.Driver;
import org.postgresql.PGProperty;

/** The server that the user named by its JDBC URL. It is not ours to stop. */
record NamedServer(String host, int port, String superuser, String password)
    implements PostgresHost {
  private static final String URL = "pgdb.test.postgres.url";

  static NamedServer of(String release) throws Unavailable {
    var url = System.getProperty(URL);
    if (url == null || url.isBlank()) {
      throw new Unavailable("-D" + URL + " is not set");
    }
    var parts = Driver.parseURL(url, new Properties());
    if (parts == null) {
      throw new IllegalArgumentException(
          "-D" + URL + "=" + url + ": is not of the form jdbc:postgresql://host:port/database");
    }
    var server =
        new NamedServer(
            parts.getProperty(PGProperty.PG_HOST.getName()),
            Integer.parseInt(parts.getProperty(PGProperty.PG_PORT.getName())),
            System.getProperty(URL.replace(".url", ".user"), "postgres"),
            System.getProperty(URL.replace(".url", ".password"), ""));
    var actual = releaseOf(url, server);
    if (!actual.equals(release)) {
      throw new Unavailable("-D" + URL + " is a PostgreSQL " + actual);
    }
    return server;
  }

  private static String releaseOf(String url, NamedServer server) {
    try (var connection = DriverManager.getConnection(url, server.superuser(), server.password())) {
      var about = connection.getMetaData();
      int major = about.getDatabaseMajorVersion();
      return major < 10 ? major + "." + about.getDatabaseMinorVersion() : Integer.toString(major);
    } catch (SQLException e) {
      throw new IllegalArgumentException("-D" + URL + "=" + url + ": " + e.getMessage(), e);
    }
  }

  @Override
  public void stop(StopMode mode) {
    throw notOurs();
  }

  @Override
  public void startAgain() {
    throw notOurs();
  }

  @Override
  public long postmasterPid() {
    throw notOurs();
  }

  @Override
  public void signal(String name, long pid) {
    throw notOurs();
  }

  private static UnsupportedOperationException notOurs() {
    return new UnsupportedOperationException(
        "The server of -D" + URL + " may only be talked to in SQL");
  }

  @Override
  public void close() {
    // It is not ours to stop.
  }

  @Override
  public String toString() {
    return host + ":" + port;
  }
}
