package dev.pgdb.operator;

import dev.pgdb.testbed.ClientKind;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.ReconnectingClientsBuilder;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.util.Map;

/** As whom the operator logs in. */
enum AdminKind {
  SUPERUSER("SUPERUSER"),
  /** A role that may create databases and roles, and nothing else. */
  CREATOR("CREATEDB CREATEROLE");

  /** Of each admin that is made here. */
  static final String PASSWORD = "let me in";

  private static final String COUNT = "SELECT count(*) FROM pg_roles WHERE rolname = '%s'";

  private final String attributes;

  AdminKind(String attributes) {
    this.attributes = attributes;
  }

  /** Applies a PostgresServer called main with such an admin. */
  void applyServer(Tenant tenant, TestPostgres postgres) throws SQLException {
    applyServer(tenant, "main", postgres);
  }

  /** The servers of one tenant have one admin. */
  void applyServer(Tenant tenant, String server, TestPostgres postgres) throws SQLException {
    tenant.applyServer(server, postgres, createRole(tenant, postgres), PASSWORD);
  }

  /**
   * Clients of all kinds whose sessions such an admin may end once it may signal backends: who is
   * no superuser ends none of superusers, and has to stay a member of the owner.
   *
   * @param owner the connection Secret of the database
   */
  ReconnectingClientsBuilder clients(
      int count, TestPostgres postgres, String database, Map<String, String> owner) {
    var clients = ReconnectingClients.against(postgres, database);
    return this == SUPERUSER
        ? clients.mixed(count)
        : clients
            .with(count / 3, ClientKind.PUBLIC)
            .with(count / 3, ClientKind.GRANTED)
            .with(count / 3, ClientKind.OWNER)
            .as(
                ClientKind.OWNER,
                owner.getOrDefault("username", ""),
                owner.getOrDefault("password", ""));
  }

  /** Creates the admin of a tenant, unless it is there, and returns its name. */
  String createRole(Tenant tenant, TestPostgres postgres) throws SQLException {
    String role = tenant.namespace() + "-admin";
    if (Bindings.one(postgres, COUNT.formatted(role)).equals("0")) {
      postgres.execute(
          "postgres",
          "CREATE ROLE \"%s\" LOGIN PASSWORD '%s' %s".formatted(role, PASSWORD, attributes));
    }
    return role;
  }
}
