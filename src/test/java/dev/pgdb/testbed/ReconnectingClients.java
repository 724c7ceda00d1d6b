package dev.pgdb.testbed;

import static dev.pgdb.testbed.ReconnectingClient.Habit.IDLE;
import static dev.pgdb.testbed.ReconnectingClient.Habit.RUNNING_A_QUERY;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.sql.DataSource;

/**
 * Clients that hold their sessions and reconnect without a pause when they lose them, as
 * applications and pools do.
 */
public final class ReconnectingClients implements AutoCloseable {
  private final TestPostgres server;
  private final String name = "pgdb-client-" + UUID.randomUUID().toString().substring(0, 8);
  private final ClientCounts counts = new ClientCounts();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<ClientKind, List<ReconnectingClient>> clients = new EnumMap<>(ClientKind.class);
  private final List<ClientSessions> sessions = new ArrayList<>();
  private final List<HikariDataSource> pools = new ArrayList<>();

  ReconnectingClients(TestPostgres server) {
    this.server = server;
  }

  /**
   * By default half of each kind go through a HikariCP pool, and nobody connects until {@code
   * start}.
   */
  public static ReconnectingClientsBuilder against(TestPostgres server, String database) {
    return new ReconnectingClientsBuilder(server, database);
  }

  void add(ClientKind kind, String database, ClientRoles.Login login, int direct, int pooled) {
    var source = new ClientSessions(ClientSessions.lean(server, database, login, name), counts);
    sessions.add(source);
    var added = clients.computeIfAbsent(kind, k -> new ArrayList<>());
    for (int i = 0; i < direct; i++) {
      added.add(client(source, i));
    }
    if (pooled > 0) {
      var pool = pool(source, kind + " of " + name, pooled);
      pools.add(pool);
      for (int i = 0; i < pooled; i++) {
        added.add(client(pool, i));
      }
    }
  }

  private ReconnectingClient client(DataSource source, int number) {
    return new ReconnectingClient(source, number % 2 == 0 ? RUNNING_A_QUERY : IDLE, counts);
  }

  private static HikariDataSource pool(DataSource source, String name, int size) {
    var config = new HikariConfig();
    config.setDataSource(source);
    config.setPoolName(name);
    config.setMaximumPoolSize(size);
    config.setMinimumIdle(size);
    config.setConnectionTimeout(250); // the least it allows
    config.setValidationTimeout(250);
    config.setInitializationFailTimeout(-1); // like an application that starts before its database
    return new HikariDataSource(config);
  }

  ReconnectingClients started() {
    clients.values().forEach(ofOneKind -> ofOneKind.forEach(threads::execute));
    return this;
  }

  /** How many there are. */
  public int total() {
    return clients.values().stream().mapToInt(List::size).sum();
  }

  /** How many hold a session now. */
  public int connected() {
    return clients.keySet().stream().mapToInt(this::connected).sum();
  }

  public int connected(ClientKind kind) {
    return (int)
        clients.getOrDefault(kind, List.of()).stream()
            .filter(ReconnectingClient::isConnected)
            .count();
  }

  /** How many have asked for a session in vain since they last had one. */
  public int refusedClients() {
    return (int)
        clients.values().stream()
            .flatMap(List::stream)
            .filter(ReconnectingClient::wasRefused)
            .count();
  }

  /** How often a session was asked for. */
  public long attempts() {
    return counts.attempts();
  }

  /** How often the server refused one, by SQLSTATE. */
  public Map<String, Long> refusals() {
    return counts.refusals();
  }

  /** How often a session that was held ended, by SQLSTATE. */
  public Map<String, Long> losses() {
    return counts.losses();
  }

  public void awaitAllConnected(Duration limit) throws InterruptedException {
    var end = System.nanoTime() + limit.toNanos();
    while (connected() < total()) {
      if (System.nanoTime() > end) {
        throw new AssertionError(
            "Not all clients are in after %d s: %s".formatted(limit.toSeconds(), this));
      }
      Thread.sleep(10);
    }
  }

  /** Ends them all, and their sessions in the server, which does not notice by itself. */
  @Override
  public void close() {
    clients.values().forEach(ofOneKind -> ofOneKind.forEach(ReconnectingClient::stop));
    try {
      for (var source : sessions) {
        source.abort();
      }
      server.execute(
          "postgres",
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '"
              + name
              + "'");
    } catch (SQLException e) {
      // The server is down or about to be; then the sessions are gone as well.
    }
    threads.shutdownNow();
    pools.forEach(HikariDataSource::close);
  }

  @Override
  public String toString() {
    return "%d of %d connected, %d attempts, refused %s, lost %s"
        .formatted(connected(), total(), attempts(), refusals(), losses());
  }
}
