package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.api.PostgresServer;
import dev.pgdb.testbed.ClientKind;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** A database and its owner may have any name that PostgreSQL lets them have. */
class DatabaseNamesIT {
  private final ControlPlane cluster = OperatorUnderTest.start();

  static Stream<Arguments> names() {
    var cases = new ArrayList<Arguments>();
    for (String release : List.of("9.6", "18")) {
      for (String name :
          List.of(
              "Ünï\"code; drop",
              "é".repeat(31) + "x",
              "back\\slash 'quote' %I 100%",
              "new\nline",
              "$$ -- /* : ?")) {
        cases.add(Arguments.of(release, name));
      }
    }
    return cases.stream();
  }

  @ParameterizedTest
  @MethodSource("names")
  void dropsADatabaseWithAnyValidName(String release, String name) throws Exception {
    var postgres = TestPostgres.shared(release);
    var tenant = new Tenant(cluster);
    tenant.applyServer("main", postgres);
    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", name));
    assertThat(nameOf(postgres, oid)).containsExactly(name + " of " + name);
    postgres.execute("postgres", "ALTER ROLE " + quoted(name) + " PASSWORD 'let me in'");
    try (var clients =
        ReconnectingClients.against(postgres, name)
            .as(ClientKind.OWNER, name, "let me in")
            .with(3, ClientKind.OWNER)
            .with(3, ClientKind.PUBLIC)
            .with(3, ClientKind.SUPERUSER)
            .prepareRoles()
            .start()) {
      clients.awaitAllConnected(Duration.ofSeconds(60));

      tenant.delete("orders");

      tenant.awaitGone("orders");
      assertThat(nameOf(postgres, oid)).isEmpty();
    }
  }

  /** The admin's own sessions would be in the way, and none of them could get in any more. */
  @Test
  void touchesNothingWhileTheAdminLivesInTheDatabase() throws Exception {
    var postgres = TestPostgres.shared("18");
    var tenant = new Tenant(cluster);
    tenant.applyServer("main", postgres);
    String name = tenant.namespace() + "-home";
    long oid = Tenant.oidOf(tenant.createDatabase("home", "main", name));
    setMaintenanceDatabase(tenant, "main", name);

    tenant.delete("home");

    assertThat(tenant.awaitStalled("home", "Blocked"))
        .contains("is the maintenance database of a PostgresServer");
    assertThat(nameOf(postgres, oid)).containsExactly(name + " of " + name);
    postgres.connect(name).close(); // the door is open

    setMaintenanceDatabase(tenant, "main", "postgres");
    tenant.awaitGone("home");
    assertThat(nameOf(postgres, oid)).isEmpty();
  }

  /** Under whatever name, and also while that admin cannot log in. */
  @Test
  void touchesNothingWhileTheAdminOfAnotherPostgresServerLivesInTheDatabase() throws Exception {
    var postgres = TestPostgres.shared("18");
    var tenant = new Tenant(cluster);
    tenant.applyServer("main", postgres);
    tenant.applyServer("other", postgres);
    String created = tenant.namespace() + "-created";
    String name = tenant.namespace() + "-home";
    long oid = Tenant.oidOf(tenant.createDatabase("home", "main", created));
    postgres.execute("postgres", "ALTER DATABASE \"%s\" RENAME TO \"%s\"".formatted(created, name));
    setMaintenanceDatabase(tenant, "other", name);
    tenant.applyAdminSecret("other", postgres.superuser(), "wrong");

    tenant.delete("home");

    assertThat(tenant.awaitStalled("home", "Blocked"))
        .contains(name, "is the maintenance database of a PostgresServer");
    assertThat(nameOf(postgres, oid)).containsExactly(name + " of " + created);
    postgres.connect(name).close(); // the door is open

    tenant.applyAdminSecret("other", postgres.superuser(), postgres.password());
    setMaintenanceDatabase(tenant, "other", "postgres");
    tenant.awaitGone("home");
    assertThat(nameOf(postgres, oid)).isEmpty();
  }

  /** And waits until the admin has moved. */
  private void setMaintenanceDatabase(Tenant tenant, String postgresServer, String name) {
    var server =
        cluster
            .client()
            .resources(PostgresServer.class)
            .inNamespace(tenant.namespace())
            .withName(postgresServer);
    server.patch(
        PatchContext.of(PatchType.JSON_MERGE),
        "{\"spec\":{\"maintenanceDatabase\":\"%s\"}}".formatted(name));
    await("the admin is in " + name)
        .atMost(Duration.ofSeconds(60))
        .until(
            server::get,
            now ->
                Objects.equals(
                    requireNonNull(now.getStatus()).observedGeneration(),
                    now.getMetadata().getGeneration()));
  }

  private static List<String> nameOf(TestPostgres postgres, long oid) throws Exception {
    var names = new ArrayList<String>();
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT datname || ' of ' || pg_get_userbyid(datdba) FROM pg_database WHERE oid = "
                    + oid)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
