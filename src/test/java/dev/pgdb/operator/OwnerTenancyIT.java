package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may own databases on the server of another namespace. */
@OnEachServer(diagonal = true)
class OwnerTenancyIT extends TenantOfPlatform {
  OwnerTenancyIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @BeforeEach
  void allow() throws SQLException {
    allow("{from: All}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SUPERUSER", "CREATEROLE", "CREATEDB", "REPLICATION", "BYPASSRLS"})
  void noRoleWithThisRightOnTheWholeServer(String right) throws Exception {
    String role = database + "-" + right;
    postgres.execute("postgres", "CREATE ROLE \"" + role + "\" " + right);

    apply("owner: \"" + role + '"');

    assertThat(tenant.awaitStalled("orders", "OwnerTaken")).contains(role, "spec.owner");
    assertThat(databases()).isEqualTo("0");
  }

  @Test
  void notTheAdmin() throws Exception {
    apply("owner: " + adminRole());

    assertThat(tenant.awaitStalled("orders", "OwnerTaken")).contains(adminRole());
    assertThat(databases()).isEqualTo("0");
  }

  @Test
  void aRoleWithoutSuchRights() throws Exception {
    postgres.execute(
        "postgres",
        "CREATE ROLE \"" + database + "-plain\" LOGIN",
        "GRANT \""
            + database
            + "-plain\" TO \""
            + adminRole()
            + '"'); // who is no superuser needs it

    apply("owner: \"" + database + "-plain\"");

    tenant.awaitReady("orders");
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  @Test
  void noneOfTheseOwnsASchemaEither() throws Exception {
    platform.createDatabase("theirs", "main", database + "-theirs");

    apply(
        "schemas: [{name: app, owner: \"%s-theirs\"}, {name: sys, owner: %s}, {name: third}]"
            .formatted(database, adminRole()));

    assertThat(tenant.awaitStalled("orders", "OwnerTaken"))
        .contains("schema \"app\"", database + "-theirs", "schema \"sys\"", adminRole())
        .contains("spec.schemas")
        .doesNotContain("third");
    try (var connection = postgres.connect(database);
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT string_agg(nspname, ' ') FROM pg_namespace"
                    + " WHERE nspname IN ('app', 'sys', 'third')")) {
      assertThat(rows.next()).isTrue();
      assertThat(rows.getString(1)).isEqualTo("third");
    }
  }

  private String databases() throws SQLException {
    return Bindings.one(
        postgres, "SELECT count(*) FROM pg_database WHERE datname = '" + database + "'");
  }
}
