package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A database has the schemas, the extensions and the options that its resource asks for. */
@OnEachServer
class DatabaseContentIT extends TenantOnServer {
  private static final String EXTENSIONS =
      "SELECT extname || ' ' || extversion || ' in ' || nspname FROM pg_extension"
          + " JOIN pg_namespace n ON n.oid = extnamespace WHERE extname <> 'plpgsql' ORDER BY 1";
  private static final String SCHEMAS =
      "SELECT nspname || ' of ' || pg_get_userbyid(nspowner) FROM pg_namespace"
          + " WHERE nspname IN ('app', 'Other', 'third') ORDER BY 1";

  private final String name = tenant.namespace() + "-content";

  DatabaseContentIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @Test
  void hasWhatTheResourceAsksForAndGetsItBack() throws Exception {
    apply(
        """
        schemas: [{name: app}, {name: Other, owner: %s}]
        extensions: [{name: hstore, version: "1.4", schema: app}, {name: citext, version: "1.4"}]
        """
            .formatted(name));
    tenant.awaitReady("orders");
    assertThat(all(name, SCHEMAS)).containsExactly("Other of " + name, "app of " + name);
    assertThat(all(name, EXTENSIONS)).containsExactly("citext 1.4 in public", "hstore 1.4 in app");
    postgres.execute(
        name,
        "DROP EXTENSION citext",
        "ALTER SCHEMA \"Other\" OWNER TO " + postgres.superuser(),
        "ALTER SCHEMA \"Other\" OWNER TO \"" + name + '"',
        "DROP SCHEMA \"Other\"");

    String schema = admin == AdminKind.SUPERUSER ? "public" : "app"; // others cannot move it
    apply(
        """
        schemas: [{name: app}, {name: Other}]
        extensions: [{name: hstore, version: "1.7", schema: %s}, {name: citext, version: "1.4"}]
        """
            .formatted(schema));

    bindings.awaitObserved("orders");
    tenant.awaitReady("orders");
    assertThat(all(name, SCHEMAS)).containsExactly("Other of " + name, "app of " + name);
    assertThat(all(name, EXTENSIONS))
        .containsExactly("citext 1.4 in public", "hstore 1.7 in " + schema);
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  @Test
  void oneThatFailsNeitherHidesNorStopsTheOthers() throws Exception {
    apply(
        """
        schemas: [{name: app, owner: nobody}, {name: third}]
        extensions: [{name: nonsense}, {name: hstore, version: "0.0"}, {name: citext}]
        """);

    assertThat(tenant.awaitStalled("orders", "SchemaFailed"))
        .contains("schema \"app\"", "nobody", "extension \"nonsense\"", "extension \"hstore\"")
        .doesNotContain("third", "citext");
    assertThat(all(name, SCHEMAS)).containsExactly("third of " + name);
    assertThat(all(name, EXTENSIONS)).singleElement().asString().startsWith("citext");
    assertThat(bindings.whoGetsIn("orders-db")).isEqualTo(name + " in " + name);
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  @Test
  void mendsItsOwnerAndItsConnectionLimit() throws Exception {
    apply("connectionLimit: 7");
    tenant.awaitReady("orders");
    postgres.execute("postgres", "ALTER DATABASE \"" + name + "\" CONNECTION LIMIT 3");
    if (admin == AdminKind.SUPERUSER) {
      postgres.execute(
          "postgres", "ALTER DATABASE \"" + name + "\" OWNER TO " + postgres.superuser());
    }

    bindings.touch("orders");

    bindings.awaitObserved("orders");
    assertThat(
            all(
                "postgres",
                "SELECT datconnlimit || ' ' || pg_get_userbyid(datdba) FROM pg_database"
                    + " WHERE datname = '"
                    + name
                    + "'"))
        .containsExactly("7 " + name);
  }

  @Test
  void saysWhichOptionsOfAnAdoptedDatabaseDiffer() throws Exception {
    String owner = postgres.superuser();
    postgres.execute(
        "postgres",
        "CREATE DATABASE \""
            + name
            + "\" TEMPLATE template0 ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C'");
    if (admin == AdminKind.CREATOR) {
      owner = adminRole();
      postgres.execute("postgres", "ALTER DATABASE \"" + name + "\" OWNER TO \"" + owner + '"');
    }

    apply("{existingDatabase: Adopt, encoding: utf-8, locale: C.UTF-8}");

    assertThat(tenant.awaitStalled("orders", "OptionsDiffer"))
        .contains("encoding is LATIN1", "spec.encoding", "locale is C,", "spec.locale");
    assertThat(bindings.entries("orders-db"))
        .containsEntry("username", owner)
        .doesNotContainKey("password");
    assertThat(all("postgres", "SELECT 1 FROM pg_roles WHERE rolname = '" + name + "'")).isEmpty();
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  private void apply(String more) {
    String spec = more.strip();
    String rest =
        spec.startsWith("{") ? spec.substring(1, spec.length() - 1) : spec.replace("\n", ", ");
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec: {serverRef: {name: main}, databaseName: "%s", %s}
        """
            .formatted(name, rest));
  }

  private List<String> all(String database, String query) throws SQLException {
    var found = new ArrayList<String>();
    try (Connection connection = postgres.connect(database);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      while (rows.next()) {
        found.add(rows.getString(1));
      }
    }
    return found;
  }
}
