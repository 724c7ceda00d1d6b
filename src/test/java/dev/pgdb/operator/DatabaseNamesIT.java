package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ClientKind;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
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
