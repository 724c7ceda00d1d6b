package dev.pgdb.testbed;

import java.sql.SQLException;
import java.util.EnumMap;
import java.util.Map;

/** How many clients of which kind. */
public final class ReconnectingClientsBuilder {
  private final TestPostgres server;
  private final String database;
  private final ClientRoles roles = new ClientRoles();
  private final Map<ClientKind, Integer> wanted = new EnumMap<>(ClientKind.class);
  private int percentPooled = 50;

  ReconnectingClientsBuilder(TestPostgres server, String database) {
    this.server = server;
    this.database = database;
  }

  public ReconnectingClientsBuilder with(int count, ClientKind kind) {
    wanted.put(kind, count);
    return this;
  }

  /** So many in all, of all kinds. */
  public ReconnectingClientsBuilder mixed(int count) {
    int left = count;
    int kindsLeft = ClientKind.values().length;
    for (var kind : ClientKind.values()) {
      int some = left / kindsLeft--;
      with(some, kind);
      left -= some;
    }
    return this;
  }

  /** The share of each kind that goes through a HikariCP pool. */
  public ReconnectingClientsBuilder percentPooled(int percent) {
    percentPooled = percent;
    return this;
  }

  /** Clients of this kind log in as this role, which {@link #prepareRoles} then leaves alone. */
  public ReconnectingClientsBuilder as(ClientKind kind, String user, String password) {
    roles.name(kind, new ClientRoles.Login(user, password));
    return this;
  }

  /** Creates a login role for each kind, and makes one of them the owner of the database. */
  public ReconnectingClientsBuilder prepareRoles() throws SQLException {
    roles.prepare(server, database);
    return this;
  }

  public ReconnectingClients start() {
    var clients = new ReconnectingClients(server);
    wanted.forEach(
        (kind, count) -> {
          int pooled = count * percentPooled / 100;
          clients.add(kind, database, roles.of(kind), count - pooled, pooled);
        });
    return clients.started();
  }
}
