package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may own databases on the server of another namespace. */
class OwnerTenancyIT {
  private final ControlPlane cluster = OperatorUnderTest.start();
  private final TestPostgres postgres = TestPostgres.shared("18");
  private final Tenant platform = new Tenant(cluster);
  private final Tenant tenant = new Tenant(cluster);
  private final String name = tenant.namespace() + "-tenancy";

  @BeforeEach
  void applyServer() {
    platform.applyAdminSecret("main", postgres.superuser(), postgres.password());
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
          allowedNamespaces: {from: All}
        """
            .formatted(postgres.port()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"})
  void noRoleWithThisRightOnTheWholeServer(String right) throws Exception {
    String role = name + "-" + right;
    postgres.execute("postgres", "CREATE ROLE \"" + role + "\" " + right);

    apply("owner: \"" + role + '"');

    assertThat(tenant.awaitStalled("orders", "OwnerTaken")).contains(role, "spec.owner");
    assertThat(databases()).isEqualTo("0");
  }

  @Test
  void notTheAdmin() throws Exception {
    apply("owner: " + postgres.superuser());

    assertThat(tenant.awaitStalled("orders", "OwnerTaken")).contains(postgres.superuser());
    assertThat(databases()).isEqualTo("0");
  }

  @Test
  void aRoleWithoutSuchRights() throws Exception {
    postgres.execute("postgres", "CREATE ROLE \"" + name + "-plain\" LOGIN");

    apply("owner: \"" + name + "-plain\"");

    tenant.awaitReady("orders");
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  @Test
  void noneOfTheseOwnsASchemaEither() throws Exception {
    platform.createDatabase("theirs", "main", name + "-theirs");

    apply(
        "schemas: [{name: app, owner: \"%s-theirs\"}, {name: sys, owner: %s}, {name: third}]"
            .formatted(name, postgres.superuser()));

    assertThat(tenant.awaitStalled("orders", "OwnerTaken"))
        .contains("schema \"app\"", name + "-theirs", "schema \"sys\"", postgres.superuser())
        .contains("spec.schemas")
        .doesNotContain("third");
    try (var connection = postgres.connect(name);
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT string_agg(nspname, ' ') FROM pg_namespace"
                    + " WHERE nspname IN ('app', 'sys', 'third')")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("third");
    }
  }

  private void apply(String more) {
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec: {serverRef: {name: main, namespace: %s}, databaseName: "%s", %s}
        """
            .formatted(platform.namespace(), name, more));
  }

  private String databases() throws SQLException {
    return Bindings.one(
        postgres, "SELECT count(*) FROM pg_database WHERE datname = '" + name + "'");
  }
}
