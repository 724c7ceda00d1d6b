package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a tenant is not told of a server of another namespace, and of others who use it. */
@OnEachServer(diagonal = true)
class DiscretionIT extends TenantOfPlatform {
  private static final Duration SOON = Duration.ofSeconds(60);

  DiscretionIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @Test
  void nothingOfAServerThatCannotBeUsed() throws Exception {
    allow("{from: All}", postgres, "not the password");
    apply(tenant, "orders");

    tenant.awaitStalled("orders", "LoginFailed");

    assertNothingIsTold("127.0.0.1", ":" + postgres.port(), "main-admin", adminRole());
  }

  @Test
  void notWhichSecretOfAServerIsBeingDeleted() throws Exception {
    allow("{from: All}");
    await()
        .atMost(SOON)
        .until(
            () ->
                platform
                    .serverCondition("main")
                    .map(Condition::getStatus)
                    .equals(Optional.of("True")));
    editSecret(List.of("example.com/theirs"));
    cluster.client().secrets().inNamespace(platform.namespace()).withName("main-admin").delete();
    try {
      apply(tenant, "orders");

      assertThat(tenant.awaitStalled("orders", "ServerNotReady")).contains("is being deleted");

      assertNothingIsTold("main-admin");
    } finally {
      editSecret(List.of());
    }
  }

  private void editSecret(List<String> finalizers) {
    cluster
        .client()
        .secrets()
        .inNamespace(platform.namespace())
        .withName("main-admin")
        .edit(
            secret -> {
              secret.getMetadata().setFinalizers(finalizers);
              return secret;
            });
  }

  @Test
  void notWhyTheAdminDoesNotGetIntoItsDatabase() throws Exception {
    try (var guarded = TestPostgres.start(postgres.release())) {
      allow("{from: All}", guarded, AdminKind.PASSWORD);
      guarded.authenticateBy(
          "host postgres " + adminRole() + " all scram-sha-256", "host all postgres all trust");

      apply("schemas: [{name: shop}]");

      assertThat(tenant.awaitStalled("orders", "SchemaFailed")).contains("the log of pgdb");
      assertNothingIsTold("127.0.0.1", adminRole(), "pg_hba");
      tenant.delete("orders");
      tenant.awaitGone("orders");
    }
  }

  /** It is told what is wrong with its wishes, and not where the files of the server are. */
  @Test
  void notWhereTheServerLooksForExtensions() throws Exception {
    allow("{from: All}");

    apply("extensions: [{name: nonsense}, {name: hstore, version: '0.0'}]");

    assertThat(tenant.awaitStalled("orders", "ExtensionFailed"))
        .contains("\"nonsense\"", "\"hstore\" has no", "\"0.0\"");
    await().atMost(SOON).until(() -> tenant.story("orders").contains("ExtensionFailed"));
    assertNothingIsTold(".control", "/extension");
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  @Test
  void notWhoseTransactionIsInTheWay() throws Exception {
    allow("{from: All}");
    apply(tenant, "orders");
    tenant.awaitReady("orders");
    String role = platform.namespace() + "-role";
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

  @Test
  void notWhatAPreparedTransactionOfAnotherDatabaseIsCalled() throws Exception {
    allow("{from: All}");
    apply(tenant, "orders");
    tenant.awaitReady("orders");
    String gid = platform.namespace() + "-payment";
    postgres.execute(
        "postgres",
        "BEGIN",
        "GRANT CONNECT ON DATABASE \"" + database + "\" TO pg_monitor",
        "PREPARE TRANSACTION '" + gid + "'");
    try {
      tenant.delete("orders");

      tenant.awaitReason("orders", "Blocked");
      assertThat(Serialization.asJson(tenant.get("orders"))).contains("in another database locks");
      await().atMost(SOON).until(() -> tenant.story("orders").contains("Blocked"));
      assertNothingIsTold(gid);
    } finally {
      postgres.execute("postgres", "ROLLBACK PREPARED '" + gid + "'");
    }
    tenant.awaitGone("orders");
  }

  @Test
  void notInWhichOtherDatabasesItsRoleIsKnown() throws Exception {
    allow("{from: All}");
    apply(tenant, "orders");
    tenant.awaitReady("orders");
    String other = platform.namespace() + "-theirs";
    postgres.execute("postgres", "CREATE DATABASE \"" + other + '"');
    postgres.execute(other, "CREATE TABLE t ()", "GRANT SELECT ON t TO \"" + database + '"');

    tenant.delete("orders");

    tenant.awaitGone("orders");
    await().atMost(SOON).until(() -> tenant.story("orders").contains("OwnerKept"));
    assertNothingIsTold(other);
    postgres.execute("postgres", "DROP DATABASE \"" + other + '"', "DROP ROLE \"" + database + '"');
  }
}
