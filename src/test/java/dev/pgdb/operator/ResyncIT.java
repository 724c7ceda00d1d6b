package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.install.ChartServiceAccount;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import dev.pgdb.testbed.StatementCounts;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** All databases of a server are looked at with one SELECT, and what is not as it shall be is. */
class ResyncIT {
  private static final String CHANGED = "P".repeat(32);
  private static final int DATABASES = 10;
  private static final Duration RESYNC = Duration.ofSeconds(1);
  private static final Duration LIMIT = Duration.ofMinutes(2);

  private static final int LOOKS = 3;

  /** Only the look at all of them asks for the tablespace. */
  private static final String LOOK = "pg_tablespace t";

  @Test
  void asksOnceForAllDatabasesAndMendsWhatDiffers() throws Exception {
    var cases = new ArrayList<Case>();
    try (var cluster = ControlPlane.start()) {
      Crds.install(cluster.client());
      for (OnEachServer.Row row : OnEachServer.Row.diagonal()) {
        var postgres = TestPostgres.start(row.release());
        cases.add(new Case(new Tenant(cluster), postgres, StatementCounts.on(postgres)));
        row.admin().applyServer(cases.getLast().tenant, postgres);
      }
      try (var operator = start(cluster, RESYNC)) {
        for (Case each : cases) {
          asksOnceAndMends(each.tenant, each.postgres, each.counts);
        }
        String ready = "pgdb_databases{ready=\"true\"} " + (DATABASES - 1.0) * cases.size();
        await().atMost(LIMIT).until(() -> operator.metrics().contains(ready));
      }
      try (var operator = start(cluster, Duration.ofMinutes(10))) {
        for (Case each : cases) {
          awaitConnected(operator, each.tenant);
          assertTakesOverThePasswordThatTheRoleHasGotSince(
              each.postgres, new Bindings(cluster, each.tenant));
        }
      }
    } finally {
      cases.forEach(each -> each.postgres.close());
    }
  }

  private record Case(Tenant tenant, TestPostgres postgres, StatementCounts counts) {}

  private static void asksOnceAndMends(Tenant tenant, TestPostgres postgres, StatementCounts counts)
      throws Exception {
    List<String> names = IntStream.range(0, DATABASES).mapToObj(i -> "orders-" + i).toList();
    names.forEach(name -> tenant.applyDatabase(name, "main", null));
    names.forEach(tenant::awaitReady);
    awaitNothingAskedOfEach(counts);
    List<String> versions = versions(tenant, names);

    postgres.execute("postgres", "ALTER DATABASE \"orders-3\" CONNECTION LIMIT 3");
    postgres.execute(
        "postgres", "ALTER DATABASE \"orders-4\" OWNER TO \"" + tenant.namespace() + "-admin\"");
    await().atMost(LIMIT).until(() -> look(postgres).equals("-1 orders-3, -1 orders-4"));
    awaitNothingAskedOfEach(counts);
    assertThat(versions(tenant, names)).isEqualTo(versions);

    postgres.execute("postgres", "DROP DATABASE \"orders-5\"");
    tenant.awaitStalled("orders-5", "DatabaseMissing");
  }

  private static void awaitConnected(PgdbOperator operator, Tenant tenant) {
    await()
        .atMost(LIMIT)
        .until(
            () ->
                operator
                    .metrics()
                    .lines()
                    .anyMatch(
                        line ->
                            line.startsWith("pgdb_server_up{")
                                && line.contains('"' + tenant.namespace() + "/main\"")));
  }

  /** No query from outside tells what is inside, so each of these is looked into. */
  @Test
  void mendsWhatIsInsideOfADatabaseWhoseResourceDoesNotChange() throws Exception {
    try (var cluster = ControlPlane.start()) {
      Crds.install(cluster.client());
      try (var operator = start(cluster, RESYNC)) {
        assertThat(operator).isNotNull();
        for (OnEachServer.Row row : OnEachServer.Row.all()) {
          mendsWhatIsInside(new Tenant(cluster), TestPostgres.shared(row.release()), row.admin());
        }
      }
    }
  }

  private static void mendsWhatIsInside(Tenant tenant, TestPostgres postgres, AdminKind admin)
      throws SQLException {
    String name = tenant.namespace() + "-inside";
    admin.applyServer(tenant, postgres);
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec:
          serverRef: {name: main}
          databaseName: %s
          schemas: [{name: app}, {name: other}]
          extensions: [{name: hstore, version: "1.7"}, {name: citext}]
        """
            .formatted(name));
    tenant.awaitReady("orders");
    String asItShallBe = inside(postgres, name);

    postgres.execute(
        name,
        "DROP SCHEMA app",
        "DROP EXTENSION citext",
        "DROP EXTENSION hstore",
        "SET ROLE \"" + name + '"',
        "CREATE EXTENSION hstore VERSION '1.4'");

    await(postgres + " as " + admin)
        .atMost(LIMIT)
        .until(() -> inside(postgres, name).equals(asItShallBe));
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  private static String inside(TestPostgres postgres, String database) throws SQLException {
    return postgres.ask(
        database,
        "SELECT string_agg(what, ', ' ORDER BY what) FROM ("
            + "SELECT nspname::text FROM pg_namespace WHERE nspname !~ '^(pg_|information_)'"
            + " UNION ALL SELECT extname || ' ' || extversion FROM pg_extension) AS all_of_it(what)");
  }

  /** As if another operator had died right after the role got its new password. */
  private static void assertTakesOverThePasswordThatTheRoleHasGotSince(
      TestPostgres postgres, Bindings bindings) throws SQLException {
    postgres.execute(
        "postgres",
        "ALTER ROLE \"orders-1\" PASSWORD '" + CHANGED + "'",
        """
        DO $$ BEGIN
          EXECUTE format('COMMENT ON ROLE "orders-1" IS %%L',
              (SELECT regexp_replace(shobj_description(oid, 'pg_authid'), 'password: [0-9a-f]+',
                   'password: ' || encode(substring(sha256('%s') for 16), 'hex'))
               FROM pg_roles WHERE rolname = 'orders-1'));
        END $$
        """
            .formatted(CHANGED));

    bindings.edit(
        "orders-1-db",
        secret -> new SecretBuilder(secret).addToStringData("pending-password", CHANGED).build());

    bindings.await("orders-1-db", secret -> !secret.getData().containsKey("pending-password"));
    assertThat(bindings.entries("orders-1-db")).containsEntry("password", CHANGED);
    assertThat(bindings.whoGetsIn("orders-1-db")).isEqualTo("orders-1 in orders-1");
  }

  /**
   * Waits until the server is looked at some times without anything being sent for each database,
   * which it is in the beginning: a pass has been at each of them.
   */
  private static void awaitNothingAskedOfEach(StatementCounts counts) throws Exception {
    await()
        .atMost(LIMIT)
        .pollDelay(Duration.ZERO)
        .untilAsserted(
            () -> {
              var sent = during(LOOKS, counts);
              long perLook = 2 * looks(sent) + LOOKS; // two sessions are kept warm
              assertThat(perLook).isLessThan(DATABASES * LOOKS);
              assertThat(sent).allSatisfy((sql, calls) -> assertThat(calls).isLessThan(perLook));
            });
  }

  private static Map<String, Long> during(int looks, StatementCounts counts) throws SQLException {
    counts.reset();
    return await().atMost(LIMIT).until(counts::all, sent -> looks(sent) >= looks);
  }

  private static long looks(Map<String, Long> sent) {
    return sent.entrySet().stream()
        .filter(statement -> statement.getKey().contains(LOOK))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  private static String look(TestPostgres postgres) throws SQLException {
    return Bindings.one(
        postgres,
        "SELECT string_agg(datconnlimit || ' ' || pg_get_userbyid(datdba), ', ' ORDER BY datname)"
            + " FROM pg_database WHERE datname IN ('orders-3', 'orders-4')");
  }

  private static List<String> versions(Tenant tenant, List<String> names) {
    return names.stream()
        .flatMap(name -> Stream.ofNullable(tenant.get(name)))
        .map(PostgresDatabase::getMetadata)
        .map(metadata -> metadata.getName() + " " + metadata.getResourceVersion())
        .toList();
  }

  private static PgdbOperator start(ControlPlane cluster, Duration resync) {
    var operator =
        new PgdbOperator(
            ChartServiceAccount.on(cluster).client(),
            new OperatorConfiguration(Set.of(), false, 0, resync, 10),
            Clock.systemUTC());
    operator.start();
    return operator;
  }
}
