package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Exactly the database of a resource is dropped with it, or none, and the resource says why. */
class ResourceIdentityIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final TestPostgres postgres = TestPostgres.shared("18");
  private final Catalog catalog = new Catalog(postgres);
  private final Tenant tenant = new Tenant(cluster);
  private final String database = tenant.namespace() + "-identity";

  @BeforeEach
  void applyServer() {
    tenant.applyServer("main", postgres);
  }

  @Test
  void dropsNothingWhenAnotherResourceOfTheNamespaceClaimsTheDatabase() throws Exception {
    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    tenant.applyDatabase("copy", "main", database);
    assertThat(tenant.awaitStalled("copy", "ClaimedByAnother")).contains(database);
    awaitStory("copy", "ClaimedByAnother");

    tenant.delete("copy");

    tenant.awaitGone("copy");
    assertThat(catalog.nameOf(oid)).hasValue(database);
    assertThat(tenant.story("copy")).doesNotContain("Dropped");
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(catalog.nameOf(oid)).isEmpty();
    awaitStory("orders", "Dropped");
  }

  @Test
  void knowsADatabaseThatAnotherPostgresServerLeadsToAsWell() throws Exception {
    tenant.applyServer("again", postgres);
    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    tenant.applyDatabase("copy", "again", database);
    assertThat(tenant.awaitStalled("copy", "ClaimedByAnother")).contains(database);
    awaitStory("copy", "ClaimedByAnother");

    tenant.delete("copy");

    tenant.awaitGone("copy");
    assertThat(catalog.nameOf(oid)).hasValue(database);
    assertThat(tenant.story("copy")).doesNotContain("Dropped");
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(catalog.nameOf(oid)).isEmpty();
    awaitStory("orders", "Dropped");
  }

  @Test
  void dropsADatabaseWhoseClaimSomebodyHasRemoved() throws Exception {
    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    comment("NULL");

    tenant.delete("orders");

    tenant.awaitGone("orders");
    assertThat(catalog.nameOf(oid)).isEmpty();
  }

  @Test
  void leavesADatabaseAloneThatSomebodyHasGivenToAnotherResource() throws Exception {
    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    comment("'pgdb.dev: billing/orders 0b1c2d3e-0000-4000-8000-000000000000'");

    tenant.delete("orders");

    tenant.awaitGone("orders");
    assertThat(catalog.nameOf(oid)).hasValue(database);
    awaitStory("orders", "Released");
  }

  @Test
  void dropsADatabaseThatSomebodyHasRenamed() throws Exception {
    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    String elsewhere = database + "-elsewhere";
    postgres.execute(
        "postgres", "ALTER DATABASE \"%s\" RENAME TO \"%s\"".formatted(database, elsewhere));

    tenant.delete("orders");

    tenant.awaitGone("orders");
    assertThat(catalog.nameOf(oid)).isEmpty();
  }

  @Test
  void keepsTheDatabaseOfAResourceThatWasCreatedAgainUnderTheSameName() throws Exception {
    long first = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    try (var clients =
        ReconnectingClients.against(postgres, database).mixed(8).prepareRoles().start()) {
      clients.awaitAllConnected(SOON);
      tenant.delete("orders");
      tenant.awaitGone("orders");

      long second = Tenant.oidOf(tenant.createDatabase("orders", "main", database));

      assertThat(second).isNotEqualTo(first);
      assertThat(catalog.nameOf(first)).isEmpty();
      assertThat(catalog.nameOf(second)).hasValue(database);
      assertThat(catalog.lets(second)).isTrue();
    }
  }

  @Test
  void dropsWhatItHasAdopted() throws Exception {
    postgres.execute(
        "postgres",
        "CREATE DATABASE \"" + database + "\"",
        "COMMENT ON DATABASE \"" + database + "\" IS 'the orders'");
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec: {serverRef: {name: main}, databaseName: "%s", existingDatabase: Adopt}
        """
            .formatted(database));
    long oid = Tenant.oidOf(tenant.awaitReady("orders"));
    assertThat(catalog.commentOf(oid)).startsWith("the orders\npgdb.dev: ");

    tenant.delete("orders");

    tenant.awaitGone("orders");
    assertThat(catalog.nameOf(oid)).isEmpty();
  }

  private void comment(String text) throws SQLException {
    postgres.execute("postgres", "COMMENT ON DATABASE \"" + database + "\" IS " + text);
  }

  private void awaitStory(String resource, String reason) {
    Awaitility.await(reason)
        .atMost(SOON)
        .until(() -> tenant.story(resource), (List<String> story) -> story.contains(reason));
  }
}
