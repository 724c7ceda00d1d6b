package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.PostgresDatabase;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** An application that is given the Secret gets into its database, and nobody else's. */
@OnEachServer
class ConnectionSecretIT extends TenantOnServer {
  private final String database = tenant.namespace() + " s%ö&";

  ConnectionSecretIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @Test
  void letsAnApplicationIn() throws Exception {
    PostgresDatabase orders = tenant.createDatabase("orders", "main", database);

    Secret secret = bindings.secret("orders-db");
    assertThat(requireNonNull(Statuses.of(orders).binding()).name()).isEqualTo("orders-db");
    assertThat(secret.getType()).isEqualTo("servicebinding.io/postgresql");
    assertThat(secret.getMetadata().getOwnerReferences())
        .singleElement()
        .satisfies(owner -> assertThat(owner.getUid()).isEqualTo(orders.getMetadata().getUid()));
    Map<String, String> entries = Bindings.entries(secret);
    assertThat(entries)
        .containsOnlyKeys(
            "type",
            "provider",
            "host",
            "port",
            "database",
            "username",
            "password",
            "uri",
            "jdbc-uri")
        .containsEntry("type", "postgresql")
        .containsEntry("provider", "pgdb")
        .containsEntry("port", String.valueOf(postgres.port()))
        .containsEntry("database", database)
        .containsEntry("username", database);
    assertThat(bindings.whoGetsIn("orders-db")).isEqualTo(database + " in " + database);
    assertThat(Bindings.logInByParts(entries)).isEqualTo(database + " in " + database);
  }

  @Test
  void storesNothingButAScramVerifier() throws Exception {
    tenant.createDatabase("orders", "main", database);

    assertThat(
            Bindings.one(
                postgres, "SELECT rolpassword FROM pg_authid WHERE rolname = '" + database + "'"))
        .startsWith("SCRAM-SHA-256$4096:");
  }

  @Test
  void isRepairedWhenItIsEdited() throws Exception {
    tenant.createDatabase("orders", "main", database);
    Secret before = bindings.secret("orders-db");

    bindings.edit(
        "orders-db",
        secret ->
            new SecretBuilder(secret)
                .addToStringData("password", "mine")
                .addToStringData("host", "elsewhere")
                .build());

    bindings.await(
        "orders-db", secret -> postgres.host().equals(Bindings.entries(secret).get("host")));
    bindings.await("orders-db", secret -> !"mine".equals(Bindings.entries(secret).get("password")));
    bindings.await(
        "orders-db", secret -> secret.getData().keySet().equals(before.getData().keySet()));
    assertThat(bindings.whoGetsIn("orders-db")).isEqualTo(database + " in " + database);
  }

  @Test
  void isWrittenAgainWhenItIsDeleted() throws Exception {
    tenant.createDatabase("orders", "main", database);
    String uid = bindings.secret("orders-db").getMetadata().getUid();

    bindings.delete("orders-db");

    bindings.await("orders-db", secret -> !secret.getMetadata().getUid().equals(uid));
    assertThat(bindings.awaitLogin("orders-db")).isEqualTo(database + " in " + database);
  }

  @Test
  void followsTheNameInTheSpec() throws Exception {
    tenant.createDatabase("orders", "main", database);

    bindings.name("orders", "other");

    bindings.await("other", secret -> true);
    bindings.awaitNone("orders-db");
    assertThat(bindings.whoGetsIn("other")).isEqualTo(database + " in " + database);
    assertThat(requireNonNull(Statuses.of(requireNonNull(tenant.get("orders"))).binding()).name())
        .isEqualTo("other");
  }

  @Test
  void isNotWrittenOverSomebodyElsesSecret() throws Exception {
    Secret theirs = bindings.create("orders-db", Map.of("password", "theirs"));

    tenant.applyDatabase("orders", "main", database);

    assertThat(tenant.awaitStalled("orders", "SecretExists"))
        .contains("orders-db", "spec.connectionSecret.name");
    assertThat(bindings.secret("orders-db")).isEqualTo(theirs);
    assertThat(
            Bindings.one(
                postgres, "SELECT count(*) FROM pg_roles WHERE rolname = '" + database + "'"))
        .isEqualTo("0");
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(bindings.secret("orders-db")).isEqualTo(theirs);
  }

  @Test
  void goesWithTheResource() throws Exception {
    tenant.createDatabase("orders", "main", database);

    tenant.delete("orders");

    tenant.awaitGone("orders");
    bindings.awaitNone("orders-db");
  }

  @Test
  void isNotTouchedWhileNothingChanges() throws Exception {
    tenant.createDatabase("orders", "main", database);
    Secret before = bindings.secret("orders-db");
    String role =
        "SELECT xmin::text || ' ' || rolpassword FROM pg_authid WHERE rolname = '" + database + "'";
    String roleBefore = Bindings.one(postgres, role);

    bindings.touch("orders");

    bindings.awaitObserved("orders");
    assertThat(bindings.secret("orders-db")).isEqualTo(before);
    assertThat(Bindings.one(postgres, role)).isEqualTo(roleBefore);
  }
}
