package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.StatementCounts;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who may have databases on whose server, and what they learn of it. */
class TenancyIT {
  /** Less than after which a resource that waits for somebody is looked at anyway. */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private static final Duration SOON = Duration.ofSeconds(60);

  private static final Optional<String> YES = Optional.of("True");

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final TestPostgres postgres = TestPostgres.shared("18");
  private final Tenant owner = new Tenant(cluster);
  private final Tenant tenant = new Tenant(cluster);
  private final String database = tenant.namespace() + "-tenancy";

  @Test
  void aNamespaceIsLetInAndShutOutAsItsLabelsChange() throws Exception {
    allow("{from: Selector, selector: {matchLabels: {databases: 'yes'}}}", postgres.password());
    apply(tenant, "orders");
    assertThat(tenant.awaitStalled("orders", "NamespaceNotAllowed"))
        .contains("spec.serverRef", owner.namespace() + "/main", tenant.namespace());

    label("yes");

    await().atMost(AT_ONCE).until(() -> "Available".equals(tenant.reason("orders")));
    long oid = Tenant.oidOf(tenant.awaitReady("orders"));
    label("no");
    await().atMost(AT_ONCE).until(() -> "NamespaceNotAllowed".equals(tenant.reason("orders")));
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(postgres.isThere(oid)).isFalse();
  }

  @Test
  void whoIsNotAllowedCannotTellWhetherThereIsAServer() {
    allow("{from: Same}", postgres.password());
    apply(tenant, "orders");
    String there = tenant.awaitStalled("orders", "NamespaceNotAllowed");
    tenant.applyDatabase("nowhere", "none", owner.namespace(), database);

    assertThat(tenant.awaitStalled("nowhere", "NamespaceNotAllowed"))
        .isEqualTo(there.replace("/main", "/none"));
  }

  @Test
  void nothingIsAskedOfAServerForWhomItDoesNotAllow() throws Exception {
    try (var quiet = TestPostgres.start("18")) {
      var statements = StatementCounts.on(quiet);
      allow("{from: Same}", quiet.port(), quiet.superuser(), quiet.password());
      await()
          .atMost(SOON)
          .until(() -> owner.serverCondition("main").map(Condition::getStatus).equals(YES));
      statements.reset();

      apply(tenant, "orders");
      tenant.awaitStalled("orders", "NamespaceNotAllowed");
      tenant.delete("orders");
      tenant.awaitGone("orders");

      assertThat(statements.all()).isEmpty();
    }
  }

  @Test
  void whoIsNotAllowedDoesNotKeepAServerFromBeingDeleted() {
    allow("{from: Same}", postgres.password());
    apply(tenant, "orders");
    tenant.awaitStalled("orders", "NamespaceNotAllowed");

    owner.deleteServer("main");

    await().atMost(SOON).until(() -> owner.serverCondition("main").isEmpty());
  }

  @Test
  void aTenantLearnsNothingOfAServerThatCannotBeUsed() {
    allow("{from: All}", "not the password");
    apply(tenant, "orders");

    tenant.awaitStalled("orders", "LoginFailed");

    assertNothingIsTold("127.0.0.1", String.valueOf(postgres.port()), "main-admin", "postgres\"");
  }

  /** Else whoever may have a database on a server could take any that nobody has claimed. */
  @Test
  void adoptsNothingForAnotherNamespaceThanThatOfTheServer() throws Exception {
    allow("{from: All}", postgres.password());
    postgres.execute("postgres", "CREATE DATABASE \"" + database + "\"");
    var catalog = new Catalog(postgres);
    long oid = catalog.oidOf(database);
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec:
          serverRef: {name: main, namespace: %s}
          databaseName: %s
          owner: %s-thief
          existingDatabase: Adopt
        """
            .formatted(owner.namespace(), database, database));

    assertThat(tenant.awaitStalled("orders", "DatabaseExists")).contains("namespace", "ask");

    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(catalog.nameOf(oid)).hasValue(database);
    assertThat(catalog.commentOf(oid)).isEmpty();
    postgres.execute("postgres", "DROP DATABASE \"" + database + "\"");
  }

  @Test
  void aTenantIsNotToldWhyTheAdminDoesNotGetIntoItsDatabase() throws Exception {
    try (var guarded = TestPostgres.start("18")) {
      guarded.execute("postgres", "CREATE ROLE doorkeeper SUPERUSER LOGIN PASSWORD 'its own'");
      guarded.authenticateBy(
          "host postgres doorkeeper all scram-sha-256", "host all postgres all trust");
      allow("{from: All}", guarded.port(), "doorkeeper", "its own");
      tenant.apply(
          """
          apiVersion: pgdb.dev/v1
          kind: PostgresDatabase
          metadata: {name: orders}
          spec:
            serverRef: {name: main, namespace: %s}
            schemas: [{name: shop}]
          """
              .formatted(owner.namespace()));

      assertThat(tenant.awaitStalled("orders", "SchemaFailed")).contains("the log of pgdb");

      assertNothingIsTold("127.0.0.1", "doorkeeper", "pg_hba");
      tenant.delete("orders");
      tenant.awaitGone("orders");
    }
  }

  @Test
  void twoTenantsCannotHaveOneNameAndLearnNothingOfEachOther() throws Exception {
    allow("{from: All}", postgres.password());
    var other = new Tenant(cluster);
    apply(other, "theirs");
    long oid = Tenant.oidOf(other.awaitReady("theirs"));
    apply(tenant, "orders");

    assertThat(tenant.awaitStalled("orders", "ClaimedByAnother")).contains(database);

    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertNothingIsTold(other.namespace(), "theirs");
    assertThat(postgres.isThere(oid)).isTrue();
    other.delete("theirs");
    other.awaitGone("theirs");
  }

  @Test
  void aTenantIsNotToldWhoseTransactionIsInTheWay() throws Exception {
    allow("{from: All}", postgres.password());
    apply(tenant, "orders");
    tenant.awaitReady("orders");
    String role = owner.namespace() + "-role";
    postgres.execute("postgres", "CREATE ROLE \"" + role + "\" SUPERUSER LOGIN PASSWORD 'its own'");
    try (var other = postgres.connect("postgres", role, "its own");
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("COMMENT ON DATABASE \"" + database + "\" IS 'nobody''s business'");

      tenant.delete("orders");

      tenant.awaitReason("orders", "Blocked");
      assertThat(Serialization.asJson(tenant.get("orders"))).contains("in another database locks");
      assertNothingIsTold(role, "business", "in database postgres");
      other.rollback();
    }
    tenant.awaitGone("orders");
  }

  /** In the status of a resource of the tenant, and in the Events of its namespace. */
  private void assertNothingIsTold(String... secrets) {
    var resource = tenant.get("orders");
    var events = cluster.client().v1().events().inNamespace(tenant.namespace()).list();
    assertThat(resource == null ? "" : Serialization.asJson(resource.getStatus()))
        .doesNotContain(secrets);
    assertThat(Serialization.asJson(events.getItems())).contains("orders").doesNotContain(secrets);
  }

  private void apply(Tenant who, String resource) {
    who.applyDatabase(resource, "main", owner.namespace(), database);
  }

  private void allow(String namespaces, String password) {
    allow(namespaces, postgres.port(), postgres.superuser(), password);
  }

  private void allow(String namespaces, int port, String user, String password) {
    owner.applyAdminSecret("main", user, password);
    owner.apply(
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
            .formatted(port, namespaces));
  }

  private void label(String value) {
    cluster
        .client()
        .namespaces()
        .withName(tenant.namespace())
        .edit(
            namespace -> {
              namespace.getMetadata().getLabels().put("databases", value);
              return namespace;
            });
  }
}
