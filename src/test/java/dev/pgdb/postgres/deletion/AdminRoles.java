package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.deletion.Neighbours.Login;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.UUID;

/** An admin of some kind, with the roles of those whose database it deletes. */
final class AdminRoles implements AutoCloseable {
  final AdminKind kind;

  /** The role that pgdb works as. */
  final Login admin;

  /** The owner of the database. */
  final Login owner;

  /** Somebody who has sessions in the database. */
  final Login client;

  private final TestPostgres server;
  private final String number = UUID.randomUUID().toString().substring(0, 8);
  private final Deque<String> created = new ArrayDeque<>();

  AdminRoles(AdminKind kind, TestPostgres server) throws SQLException {
    this.kind = kind;
    this.server = server;
    var superuser = new Login(server.superuser(), server.password());
    if (kind.isSuperuser()) {
      admin = superuser;
      owner = superuser;
      client = superuser;
      return;
    }
    admin = create(superuser, "admin_" + number, kind.attributes);
    if (kind.maySignalBackends()) {
      server.execute("postgres", "GRANT pg_signal_backend TO " + admin.role());
    }
    owner = kind.ownsTheDatabase() ? admin : ofTheClients("owner_" + number);
    client = ofTheClients("client_" + number);
    server.execute("postgres", "ALTER ROLE " + client.role() + " REPLICATION");
  }

  /** A role as the clients have them, whom the admin knows as its kind does. */
  Login ofTheClients(String name) throws SQLException {
    Login login =
        create(
            kind.createsTheRoles() ? admin : new Login(server.superuser(), server.password()),
            name,
            "");
    if (kind.isMemberOfTheClients()) {
      server.execute("postgres", "GRANT " + name + " TO " + admin.role());
    }
    return login;
  }

  private Login create(Login by, String name, String attributes) throws SQLException {
    try (var session = server.connect("postgres", by.role(), by.password())) {
      Neighbours.execute(
          session,
          "CREATE ROLE %s LOGIN %s PASSWORD '%s'".formatted(name, attributes, Neighbours.PASSWORD));
    }
    created.push(name);
    return new Login(name, Neighbours.PASSWORD);
  }

  /** What they still own, after a test that failed, keeps them. */
  @Override
  public void close() {
    for (String role : created) {
      try {
        server.execute("postgres", "DROP ROLE IF EXISTS " + role);
      } catch (SQLException e) {
        // It is in nobody's way.
      }
    }
  }
}
