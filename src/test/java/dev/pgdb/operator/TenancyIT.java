package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.StatementCounts;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Who may have databases on whose server. */
@OnEachServer(diagonal = true)
class TenancyIT extends TenantOfPlatform {
  /** Less than after which a resource that waits for somebody is looked at anyway. */
  private static final Duration AT_ONCE = Duration.ofSeconds(10);

  private static final Duration SOON = Duration.ofSeconds(60);

  private static final Optional<String> YES = Optional.of("True");

  TenancyIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @Test
  void aNamespaceIsLetInAndShutOutAsItsLabelsChange() throws Exception {
    allow("{from: Selector, selector: {matchLabels: {databases: 'yes'}}}");
    apply(tenant, "orders");
    assertThat(tenant.awaitStalled("orders", "NamespaceNotAllowed"))
        .contains("spec.serverRef", platform.namespace() + "/main", tenant.namespace());

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
  void whoIsNotAllowedCannotTellWhetherThereIsAServer() throws Exception {
    allow("{from: Same}");
    apply(tenant, "orders");
    String there = tenant.awaitStalled("orders", "NamespaceNotAllowed");
    tenant.applyDatabase("nowhere", "none", platform.namespace(), database);

    assertThat(tenant.awaitStalled("nowhere", "NamespaceNotAllowed"))
        .isEqualTo(there.replace("/main", "/none"));
  }

  @Test
  void nothingIsAskedOfAServerForWhomItDoesNotAllow() throws Exception {
    try (var quiet = TestPostgres.start(postgres.release())) {
      var statements = StatementCounts.on(quiet);
      allow("{from: Same}", quiet, AdminKind.PASSWORD);
      await()
          .atMost(SOON)
          .until(() -> platform.serverCondition("main").map(Condition::getStatus).equals(YES));
      statements.reset();

      apply(tenant, "orders");
      tenant.awaitStalled("orders", "NamespaceNotAllowed");
      tenant.delete("orders");
      tenant.awaitGone("orders");

      assertThat(statements.all()).isEmpty();
    }
  }

  @Test
  void whoIsNotAllowedDoesNotKeepAServerFromBeingDeleted() throws Exception {
    allow("{from: Same}");
    apply(tenant, "orders");
    tenant.awaitStalled("orders", "NamespaceNotAllowed");

    platform.deleteServer("main");

    await().atMost(SOON).until(() -> platform.serverCondition("main").isEmpty());
  }

  /** Else whoever may have a database on a server could take any that nobody has claimed. */
  @Test
  void adoptsNothingForAnotherNamespaceThanThatOfTheServer() throws Exception {
    allow("{from: All}");
    postgres.execute("postgres", "CREATE DATABASE \"" + database + "\"");
    var catalog = new Catalog(postgres);
    long oid = catalog.oidOf(database);
    apply("owner: " + database + "-thief, existingDatabase: Adopt");

    assertThat(tenant.awaitStalled("orders", "DatabaseExists")).contains("namespace", "ask");

    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(catalog.nameOf(oid)).hasValue(database);
    assertThat(catalog.commentOf(oid)).isEmpty();
    postgres.execute("postgres", "DROP DATABASE \"" + database + "\"");
  }

  @Test
  void twoTenantsCannotHaveOneNameAndLearnNothingOfEachOther() throws Exception {
    allow("{from: All}");
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
