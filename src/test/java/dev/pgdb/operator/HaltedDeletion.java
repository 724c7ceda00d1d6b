package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The deletion of a database that clients and a prepared transaction hold, on a way of its own to
 * the server, where it can be halted.
 */
final class HaltedDeletion implements AutoCloseable {
  private static final int CLIENTS = 2;
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Tenant tenant;
  private final TestPostgres postgres;
  private final HaltedNetwork network;
  private final String name;
  private final String uid;
  private final long oid;
  private final ReconnectingClients clients;
  private @Nullable Successor successor;

  /** What took the name, and somebody's session in it. */
  private record Successor(long oid, String state, boolean hasResource, Connection session) {}

  HaltedDeletion(Tenant tenant, TestPostgres postgres, String name) throws Exception {
    this.tenant = tenant;
    this.postgres = postgres;
    this.name = name;
    network = new HaltedNetwork(postgres);
    tenant.applyServer(name, network.port(), postgres.superuser(), postgres.password());
    var created = tenant.createDatabase(name, name, null);
    uid = created.getMetadata().getUid();
    oid = Tenant.oidOf(created);
    postgres.execute(name, "BEGIN", "CREATE TABLE t ()", "PREPARE TRANSACTION '" + name + "'");
    clients = ReconnectingClients.against(postgres, name).mixed(CLIENTS).prepareRoles().start();
    clients.awaitAllConnected(SOON);
  }

  HaltedNetwork network() {
    return network;
  }

  void begin() {
    tenant.delete(name);
  }

  /** Whether its resource is gone; there may be another one of that name. */
  boolean isGone() {
    var found = tenant.get(name);
    return found == null || !found.getMetadata().getUid().equals(uid);
  }

  /** Lets a resource of the same name create the database anew. */
  void createAgain() throws SQLException {
    clients.close();
    succeed(Tenant.oidOf(tenant.createDatabase(name, name, null)), true);
  }

  /** Lets a person create a database of the same name. */
  void createAgainByHand() throws SQLException {
    clients.close();
    postgres.execute("postgres", "CREATE DATABASE \"" + name + "\"");
    succeed(new Catalog(postgres).oidOf(name), false);
  }

  private void succeed(long oidOfSuccessor, boolean hasResource) throws SQLException {
    String state = new Catalog(postgres).stateOf(oidOfSuccessor);
    successor = new Successor(oidOfSuccessor, state, hasResource, postgres.connect(name));
  }

  /** What must hold in the end. */
  void check() throws SQLException {
    assertThat(postgres.isThere(oid)).as(name).isFalse();
    if (successor != null) {
      assertThat(new Catalog(postgres).stateOf(successor.oid)).isEqualTo(successor.state);
      assertThat(successor.session.isValid(5)).as(name).isTrue();
      if (successor.hasResource) {
        assertThat(tenant.reason(name)).isEqualTo("Available");
        assertThat(requireNonNull(tenant.get(name)).isMarkedForDeletion()).isFalse();
      }
    }
  }

  @Override
  public void close() throws IOException, SQLException {
    network.close();
    clients.close();
    if (successor != null) {
      successor.session.close();
    }
  }
}
