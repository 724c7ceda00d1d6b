package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.sql.SQLException;
import java.util.OptionalLong;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is not done, what is said instead, and that nothing of it is in the way of a deletion. */
class RefusalIT {
  private static final String RESOURCE =
      """
      apiVersion: pgdb.dev/v1
      kind: PostgresDatabase
      metadata: {name: %s}
      spec: {serverRef: {name: %s}, databaseName: "%s"}
      """;

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final TestPostgres postgres = TestPostgres.shared("18");
  private final Tenant tenant = new Tenant(cluster);
  private final String database = tenant.namespace() + "-refusal";

  @Test
  void leavesADatabaseAloneThatWasThereBefore() throws Exception {
    tenant.applyServer("main", postgres);
    long oid = create(database);

    tenant.applyDatabase("orders", "main", database);

    assertThat(tenant.awaitStalled("orders", "DatabaseExists"))
        .contains(database, "spec.existingDatabase", "Adopt");
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(oidOf(database)).hasValue(oid);
    assertThat(tenant.story("orders")).contains("DatabaseExists").doesNotContain("Dropped");
  }

  @Test
  void dropsNothingWhenAnotherResourceClaimsTheDatabase() throws Exception {
    var other = new Tenant(cluster);
    tenant.applyServer("main", postgres);
    other.applyServer("main", postgres);
    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", database));

    other.applyDatabase("theirs", "main", database);

    assertThat(other.awaitStalled("theirs", "ClaimedByAnother"))
        .contains(database, "another namespace")
        .doesNotContain(tenant.namespace() + "/");
    Awaitility.await().until(() -> other.story("theirs").contains("ClaimedByAnother"));
    other.delete("theirs");
    other.awaitGone("theirs");
    assertThat(other.story("theirs")).doesNotContain("Dropped");
    assertThat(oidOf(database)).hasValue(oid);
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(oidOf(database)).isEmpty();
  }

  @Test
  void leavesADatabaseAloneThatSomebodyElseCreatedUnderTheName() throws Exception {
    tenant.applyServer("main", postgres);
    tenant.createDatabase("orders", "main", database);
    postgres.execute("postgres", "DROP DATABASE \"" + database + "\"");
    long recreated = create(database);

    tenant.delete("orders");

    tenant.awaitGone("orders");
    assertThat(oidOf(database)).hasValue(recreated);
    Awaitility.await().until(() -> tenant.story("orders").contains("AlreadyGone"));
    assertThat(tenant.story("orders")).doesNotContain("Dropped");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres",
        "template0",
        "template1",
        "rdsadmin",
        "pgdb_dropped_1",
        "pgdb_creating_x"
      })
  void acceptsNoReservedName(String name) {
    assertThatThrownBy(() -> tenant.apply(RESOURCE.formatted("orders", "main", name)))
        .isInstanceOf(KubernetesClientException.class)
        .hasMessageContaining("databaseName");
  }

  @Test
  void refusesTheMaintenanceDatabaseWhateverItIsCalled() throws Exception {
    tenant.applyServer("main", postgres);
    long oid = create(database);
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresServer
        metadata: {name: main}
        spec:
          host: 127.0.0.1
          port: %d
          maintenanceDatabase: %s
          admin: {secretRef: {name: main-admin}}
          tls: {mode: Disable}
        """
            .formatted(postgres.port(), database));

    tenant.applyDatabase("orders", "main", database);

    assertThat(tenant.awaitStalled("orders", "ReservedName")).contains("spec.databaseName");
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(oidOf(database)).hasValue(oid);
  }

  @Test
  void dropsNothingWhileTheResourceIsProtected() throws Exception {
    tenant.applyServer("main", postgres);
    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    protect(true);

    tenant.delete("orders");

    assertThat(tenant.awaitStalled("orders", "Protected")).contains("spec.deletion.protected");
    assertThat(oidOf(database)).hasValue(oid);
    protect(false);
    tenant.awaitGone("orders");
    assertThat(oidOf(database)).isEmpty();
  }

  @Test
  void saysThatThereIsNoSuchServer() {
    tenant.applyDatabase("orders", "nowhere", database);

    assertThat(tenant.awaitStalled("orders", "ServerNotFound"))
        .contains("spec.serverRef", tenant.namespace() + "/nowhere", "does not exist");
    assertGoesAtOnce();
  }

  @Test
  void saysThatTheSecretIsMissing() {
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresServer
        metadata: {name: bare}
        spec: {host: 127.0.0.1, admin: {secretRef: {name: none}}}
        """);
    tenant.applyDatabase("orders", "bare", database);

    assertThat(tenant.awaitStalled("orders", "AdminSecretMissing"))
        .contains("Secret " + tenant.namespace() + "/none", "does not exist");
    assertGoesAtOnce();
  }

  @Test
  void saysThatThePasswordIsWrongWithoutShowingIt() {
    tenant.applyServer("main", postgres.port(), "nobody", "not the password");
    tenant.applyDatabase("orders", "main", database);

    assertThat(tenant.awaitStalled("orders", "LoginFailed"))
        .contains("127.0.0.1:" + postgres.port(), "nobody")
        .doesNotContain("not the password");
    assertGoesAtOnce();
  }

  @Test
  void saysThatTheServerAllowsOtherNamespacesOnly() {
    var other = new Tenant(cluster);
    other.applyServer("main", postgres);
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec: {serverRef: {name: main, namespace: %s}, databaseName: "%s"}
        """
            .formatted(other.namespace(), database));

    assertThat(tenant.awaitStalled("orders", "NamespaceNotAllowed"))
        .contains(other.namespace() + "/main", tenant.namespace(), "spec.allowedNamespaces");
    assertGoesAtOnce();
  }

  /** A resource that never got as far as a server keeps nobody waiting. */
  private void assertGoesAtOnce() {
    long start = System.nanoTime();
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(System.nanoTime() - start).isLessThan(3_000_000_000L);
  }

  private void protect(boolean isProtected) {
    cluster
        .client()
        .resource(requireNonNull(tenant.get("orders")))
        .patch(
            PatchContext.of(PatchType.JSON_MERGE),
            "{\"spec\":{\"deletion\":{\"protected\":" + isProtected + "}}}");
  }

  private long create(String name) throws SQLException {
    postgres.execute("postgres", "CREATE DATABASE \"" + name + "\"");
    return oidOf(name).orElseThrow();
  }

  private OptionalLong oidOf(String name) throws SQLException {
    try (var connection = postgres.connect("postgres");
        var statement =
            connection.prepareStatement("SELECT oid FROM pg_database WHERE datname = ?")) {
      statement.setString(1, name);
      try (var rows = statement.executeQuery()) {
        return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
      }
    }
  }
}
