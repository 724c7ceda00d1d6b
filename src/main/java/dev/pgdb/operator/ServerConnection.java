package dev.pgdb.operator;

import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.LongStatements;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.deletion.DatabaseDeletion;
import dev.pgdb.postgres.deletion.DatabaseRelease;
import dev.pgdb.postgres.provisioning.DatabaseProvisioning;
import dev.pgdb.postgres.provisioning.OwnerRelease;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.ExecutorService;

/** All that can be done on one server, over one set of admin sessions. */
final class ServerConnection implements AutoCloseable {
  private final ServerAddress address;
  private final ServerAddress primary;
  private final int maxConnections;
  private final AdminSessions sessions;
  private final DatabaseDeletion deletion;
  private final DatabaseRelease release;
  private final DatabaseProvisioning provisioning;
  private final OwnerRelease owners;

  /**
   * @param address as people know it
   * @param primary the one of its hosts to work on
   */
  ServerConnection(
      ServerAddress address,
      ServerAddress primary,
      int maxConnections,
      ExecutorService threads,
      Clock clock) {
    this.address = address;
    this.primary = primary;
    this.maxConnections = maxConnections;
    this.sessions = new AdminSessions(primary, maxConnections, clock);
    var statements = new LongStatements(sessions, threads, clock);
    this.deletion = new DatabaseDeletion(sessions, statements, clock);
    this.release = new DatabaseRelease(sessions, statements, deletion);
    this.provisioning = new DatabaseProvisioning(sessions, statements, clock);
    this.owners = new OwnerRelease(sessions);
  }

  boolean isTo(ServerAddress other, ServerAddress otherPrimary, int connections) {
    return address.equals(other) && primary.equals(otherPrimary) && maxConnections == connections;
  }

  /** The host that is worked on, among those of {@link #address()}. */
  ServerAddress primary() {
    return primary;
  }

  ServerAddress address() {
    return address;
  }

  DatabaseDeletion deletion() {
    return deletion;
  }

  DatabaseRelease release() {
    return release;
  }

  DatabaseProvisioning provisioning() {
    return provisioning;
  }

  OwnerRelease owners() {
    return owners;
  }

  /** Looks at all databases there, once for all of them. */
  void observe(ServerFacts facts) throws SQLException {
    provisioning.observe(facts);
  }

  /** Makes sure that the warm sessions are there, and asks what the server is. */
  ServerFacts check() throws SQLException {
    sessions.warm();
    try (var lease = sessions.lease()) {
      return ServerFacts.read(lease.session());
    }
  }

  @Override
  public void close() {
    deletion.close();
    sessions.close();
  }
}
