package dev.pgdb.postgres.deletion;

import dev.pgdb.testbed.ClientKind;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A database that is to be deleted by an admin, and what others do to it meanwhile. */
final class Situation extends Neighbours {
  final DeletionUnderTest pgdb;
  final DeletionUnderTest.Subject deletion;
  final AdminRoles roles;
  private final OnCallEngineer engineer;

  private Situation(
      TestPostgres server,
      AdminRoles roles,
      DeletionUnderTest pgdb,
      DeletionUnderTest.Subject deletion,
      Holder holder)
      throws SQLException {
    super(server, deletion.name(), deletion.oid());
    this.roles = roles;
    this.pgdb = pgdb;
    this.deletion = deletion;
    @Nullable Connection agent = roles.kind.isBesideAnAgent() ? session(database) : null;
    engineer =
        new OnCallEngineer(
            server,
            roles,
            database,
            roles.kind.lacks(holder.needs(roles.kind, server.release())),
            agent);
    atTheEnd(engineer);
    deletion.tell(engineer::read);
  }

  /** A database that such a holder is to hold up. */
  static Situation of(Holder holder, AdminKind kind, TestPostgres server, int maxConnections)
      throws Exception {
    var roles = new AdminRoles(kind, server);
    var pgdb = new DeletionUnderTest(server, maxConnections, roles.admin, roles.owner);
    return new Situation(server, roles, pgdb, pgdb.create(), holder);
  }

  AdminKind admin() {
    return roles.kind;
  }

  /** Another session of pgdb, with the rights of the owner. */
  Connection adminSession() throws SQLException {
    Connection session = session("postgres", roles.admin);
    execute(session, "SET ROLE " + roles.owner.role());
    return session;
  }

  /** The admin has been told all that it lacked, and nothing else. */
  void everythingWasTold() {
    engineer.hasReadEverything();
  }

  @Override
  Login client() {
    return roles.client;
  }

  @Override
  String subscriber() {
    return Holder.hasSubscribers(server.release()) ? roles.client.role() : server.superuser();
  }

  @Override
  String role() throws SQLException {
    return roles.ofTheClients("role_" + UUID.randomUUID().toString().substring(0, 8)).role();
  }

  /** No superusers are among them where the admin is none: nobody could end these. */
  @Override
  ReconnectingClients clients(int count) throws Exception {
    if (admin().isSuperuser()) {
      return super.clients(count);
    }
    server.execute(
        "postgres", "GRANT CONNECT ON DATABASE %s TO %s".formatted(database, roles.client.role()));
    Login other = admin().ownsTheDatabase() ? new Login(role(), PASSWORD) : roles.owner;
    return started(
        ReconnectingClients.against(server, database)
            .with(count / 2, ClientKind.GRANTED)
            .as(ClientKind.GRANTED, roles.client.role(), PASSWORD)
            .with(count - count / 2, ClientKind.PUBLIC)
            .as(ClientKind.PUBLIC, other.role(), PASSWORD));
  }

  @Override
  public void close() {
    super.close();
    attempt(this::rollBackWhatIsLeft);
    pgdb.close();
    roles.close();
  }
}
