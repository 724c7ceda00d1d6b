package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.sql.SQLException;
import java.time.Duration;

/**
 * A tenant, and a platform in another namespace that has a PostgresServer called main: see
 * OnEachServer.
 */
abstract class TenantOfPlatform {
  final ControlPlane cluster = OperatorUnderTest.start();
  final Tenant platform = new Tenant(cluster);
  final Tenant tenant = new Tenant(cluster);
  final String database = tenant.namespace() + "-tenancy";
  final TestPostgres postgres;
  final AdminKind admin;

  TenantOfPlatform(String release, AdminKind admin) {
    this.postgres = TestPostgres.shared(release);
    this.admin = admin;
  }

  /** What the admin is called. */
  String adminRole() {
    return platform.namespace() + "-admin";
  }

  /** Applies the server. */
  void allow(String namespaces) throws SQLException {
    allow(namespaces, postgres, AdminKind.PASSWORD);
  }

  void allow(String namespaces, TestPostgres server, String password) throws SQLException {
    platform.applyAdminSecret("main", admin.createRole(platform, server), password);
    platform.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresServer
        metadata: {name: main}
        spec:
          host: 127.0.0.1
          port: %d
          admin: {secretRef: {name: main-admin}}
          tls: {mode: Disable}
          allowedNamespaces: %s
        """
            .formatted(server.port(), namespaces));
  }

  /** Applies a resource called orders that has more in its spec. */
  void apply(String more) {
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec: {serverRef: {name: main, namespace: %s}, databaseName: "%s", %s}
        """
            .formatted(platform.namespace(), database, more));
  }

  void apply(Tenant who, String resource) {
    who.applyDatabase(resource, "main", platform.namespace(), database);
  }

  /** In the status of the tenant's orders, and in the Events of its namespace. */
  void assertNothingIsTold(String... secrets) {
    var resource = tenant.get("orders");
    var events =
        await()
            .atMost(Duration.ofSeconds(60))
            .until(
                () -> cluster.client().v1().events().inNamespace(tenant.namespace()).list(),
                list -> !list.getItems().isEmpty());
    assertThat(resource == null ? "" : Serialization.asJson(resource.getStatus()))
        .doesNotContain(secrets);
    assertThat(events.getItems())
        .extracting(Event::getMessage)
        .allSatisfy(message -> assertThat(message).doesNotContain(secrets));
  }
}
