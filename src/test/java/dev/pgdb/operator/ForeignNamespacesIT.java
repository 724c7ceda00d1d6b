package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.api.PostgresServer;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The namespace of a server and its Secret is deleted, and that of its databases: it all ends. */
class ForeignNamespacesIT {
  private static final Duration SOON = Duration.ofMinutes(2);

  /** All of them at once, since Kubernetes takes its time for each. */
  @Test
  void endTogetherOrOneAfterTheOther() throws Exception {
    List<OnEachServer.Row> rows = OnEachServer.Row.diagonal();
    for (int i = 0; i < rows.size(); i += 2) {
      var one = rows.get(i);
      var other = rows.get(i + 1);
      end(
          List.of(new Both(one, true), new Both(other, false)),
          List.of(new Both(one, true), new Both(other, true)));
    }
  }

  private static void end(List<Both> together, List<Both> serversFirst) throws Exception {
    for (Both both : together) {
      both.createDatabase();
    }
    for (Both both : serversFirst) {
      both.createDatabase();
      both.deleteThatOfTheServer();
    }
    for (Both both : together) {
      both.deleteUnderClients();
    }
    for (Both both : serversFirst) {
      both.assertTheDatabaseIsAsItWas();
      both.deleteThatOfTheDatabase();
    }
    for (Both both : together) {
      both.assertGone();
    }
    for (Both both : serversFirst) {
      both.assertGone();
    }
  }

  /** The namespace of a server, and another one with a database on it. */
  private static final class Both extends TenantOfPlatform {
    private final boolean serverFirst;
    private long oid;

    Both(OnEachServer.Row row, boolean serverFirst) {
      super(row.release(), row.admin());
      this.serverFirst = serverFirst;
    }

    void createDatabase() throws SQLException {
      allow("{from: All}");
      apply(tenant, "orders");
      oid = Tenant.oidOf(tenant.awaitReady("orders"));
    }

    void deleteUnderClients() throws Exception {
      postgres.execute("postgres", "GRANT pg_signal_backend TO \"" + adminRole() + '"');
      var owner = new Bindings(cluster, tenant).entries("orders-db");
      try (var clients = admin.clients(12, postgres, database, owner).prepareRoles().start()) {
        clients.awaitAllConnected(SOON);
        delete(serverFirst ? platform : tenant);
        delete(serverFirst ? tenant : platform);
        await("the database is gone").atMost(SOON).until(() -> !postgres.isThere(oid));
      }
    }

    void deleteThatOfTheServer() {
      delete(platform);
    }

    /** While its server waits for it to go, which nobody has asked for. */
    void assertTheDatabaseIsAsItWas() throws SQLException {
      await("the server is being deleted")
          .atMost(SOON)
          .until(
              () ->
                  cluster
                      .client()
                      .resources(PostgresServer.class)
                      .inNamespace(platform.namespace())
                      .withName("main")
                      .get()
                      .isMarkedForDeletion());
      tenant.applyDatabase("late", "main", platform.namespace(), database + "-late");
      assertThat(tenant.awaitStalled("late", "ServerNotReady")).contains("is being deleted");
      assertThat(tenant.reason("orders")).isEqualTo("Available");
      assertThat(postgres.isThere(oid)).isTrue();
    }

    void deleteThatOfTheDatabase() {
      delete(tenant);
    }

    void assertGone() throws SQLException {
      for (Tenant who : List.of(tenant, platform)) {
        await("namespace " + who.namespace() + " is gone")
            .atMost(SOON)
            .until(() -> cluster.client().namespaces().withName(who.namespace()).get() == null);
      }
      assertThat(postgres.isThere(oid)).isFalse();
    }

    private void delete(Tenant who) {
      cluster.client().namespaces().withName(who.namespace()).delete();
    }
  }
}
