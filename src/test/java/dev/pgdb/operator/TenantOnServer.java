package dev.pgdb.operator;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;

/** A tenant of the operator under test, with a PostgresServer called main: see OnEachServer. */
abstract class TenantOnServer {
  final ControlPlane cluster = OperatorUnderTest.start();
  final Tenant tenant = new Tenant(cluster);
  final Bindings bindings = new Bindings(cluster, tenant);
  final TestPostgres postgres;
  final AdminKind admin;
  final Catalog catalog;

  TenantOnServer(String release, AdminKind admin) {
    this.postgres = TestPostgres.shared(release);
    this.admin = admin;
    this.catalog = new Catalog(postgres);
  }

  @BeforeEach
  void applyServer() throws SQLException {
    admin.applyServer(tenant, postgres);
  }

  /** What the admin is called. */
  String adminRole() {
    return tenant.namespace() + "-admin";
  }

  /** Clients that hold a database of the tenant, all of which the admin may end. */
  ReconnectingClients storm(int clients, String resource, String database) throws Exception {
    postgres.execute("postgres", "GRANT pg_signal_backend TO \"" + adminRole() + '"');
    Map<String, String> owner = bindings.entries(resource + "-db");
    var storm = admin.clients(clients, postgres, database, owner).prepareRoles().start();
    storm.awaitAllConnected(Duration.ofSeconds(60));
    return storm;
  }
}
