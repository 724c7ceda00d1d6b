package dev.pgdb.postgres;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;
import org.postgresql.PGProperty;

/**
 * Where a PostgreSQL server is and how the admin logs in.
 *
 * @param hosts one or several host names; among several, the primary is used
 * @param port the port of all of them
 * @param maintenanceDatabase where admin sessions live; never the database to be dropped, nor
 *     template1, which nobody could copy while a session is in it
 * @param username the admin role
 * @param password its password
 * @param sslMode libpq's sslmode. See <a
 *     href="https://www.postgresql.org/docs/current/libpq-ssl.html">SSL Support</a>
 * @param certificates for modes other than {@code disable}
 */
public record ServerAddress(
    List<String> hosts,
    int port,
    String maintenanceDatabase,
    String username,
    Secret password,
    String sslMode,
    TlsCertificates certificates) {

  private static final int CONNECT_TIMEOUT_SECONDS = 5;
  private static final int LOGIN_TIMEOUT_SECONDS = 10;

  /** Longer than any statement of ours may take, but for those on a session without a limit. */
  private static final int SOCKET_TIMEOUT_SECONDS = 15;

  /**
   * What a role or a database may have set for its sessions must not change what our statements do:
   * a search_path could put a stranger's function in their way, a statement_timeout could cut off a
   * DROP, and a library that is not there lets nobody in.
   */
  private static final String SESSION_SETTINGS =
      "-c search_path=pg_catalog -c lock_timeout=2000 -c statement_timeout=0"
          + " -c idle_in_transaction_session_timeout=0"
          + " -c default_transaction_isolation=read\\ committed -c client_min_messages=error"
          + " -c local_preload_libraries=";

  /**
   * What we do in a database is not worth waiting for a standby, which may be gone; a DROP waits.
   */
  private static final String SETTINGS_INSIDE = " -c synchronous_commit=local";

  private static final String OWN_ROLE = " -c role=none";

  public ServerAddress {
    hosts = List.copyOf(hosts);
  }

  /** Without certificates of its own. */
  public ServerAddress(
      List<String> hosts,
      int port,
      String maintenanceDatabase,
      String username,
      Secret password,
      String sslMode) {
    this(hosts, port, maintenanceDatabase, username, password, sslMode, TlsCertificates.NONE);
  }

  /** The same server, by some of its hosts. */
  public ServerAddress at(List<String> some) {
    return new ServerAddress(
        some, port, maintenanceDatabase, username, password, sslMode, certificates);
  }

  /** The address as people write it: {@code host:port}. */
  public String hostAndPort() {
    return String.join(",", hosts) + ":" + port;
  }

  /**
   * What the driver needs to know of it besides the URL, which it may log.
   *
   * @param database that is logged in to
   */
  Properties properties(String database) {
    return propertiesOf(database.equals(maintenanceDatabase) ? "" : SETTINGS_INSIDE);
  }

  /** The same for a database that has a role set for everybody. */
  Properties propertiesWithOwnRole() {
    return propertiesOf(SETTINGS_INSIDE + OWN_ROLE);
  }

  private Properties propertiesOf(String settings) {
    var all = new Properties();
    PGProperty.USER.set(all, username);
    PGProperty.PASSWORD.set(all, password.value());
    PGProperty.SSL_MODE.set(all, sslMode);
    PGProperty.APPLICATION_NAME.set(all, "pgdb");
    PGProperty.OPTIONS.set(all, SESSION_SETTINGS + settings);
    PGProperty.CONNECT_TIMEOUT.set(all, CONNECT_TIMEOUT_SECONDS);
    PGProperty.LOGIN_TIMEOUT.set(all, LOGIN_TIMEOUT_SECONDS);
    PGProperty.SOCKET_TIMEOUT.set(all, SOCKET_TIMEOUT_SECONDS);
    PGProperty.TCP_KEEP_ALIVE.set(all, true);
    PemSocketFactory.use(certificates, all);
    return all;
  }

  /** Where the driver finds a database of the first host. */
  String url(String database) {
    String host = hosts.getFirst();
    return "jdbc:postgresql://"
        + (host.contains(":") ? "[" + host + "]" : host)
        + ":"
        + port
        + "/"
        + URLEncoder.encode(database, StandardCharsets.UTF_8);
  }
}
