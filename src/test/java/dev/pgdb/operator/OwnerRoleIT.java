package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.PostgresDatabase;
import java.sql.SQLException;
import java.time.Duration;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.provider.CsvSource;

/** A role that was created for a database goes with it; any other is left alone. */
@OnEachServer
@CsvSource("9.6,SUPERUSER") // which has no SCRAM
class OwnerRoleIT extends TenantOnServer {
  /** Undisturbed they take some three seconds. */
  private static final Duration FIVE_CREATIONS = Duration.ofSeconds(20);

  private final String name = tenant.namespace() + "\"o'";

  OwnerRoleIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @Test
  void goesWithItsDatabase() throws Exception {
    tenant.createDatabase("orders", "main", name);
    assertThat(bindings.whoGetsIn("orders-db")).isEqualTo(name + " in " + name);

    tenant.delete("orders");

    tenant.awaitGone("orders");
    assertThat(exists(name)).isFalse();
    awaitEvent("orders", "OwnerDropped");
  }

  @Test
  void isLeftAloneWhenItWasThereBefore() throws Exception {
    postgres.execute("postgres", "CREATE ROLE " + quoted(name) + " LOGIN PASSWORD 'known'");
    if (admin == AdminKind.CREATOR) {
      grantToAdmin(name);
    }

    tenant.createDatabase("orders", "main", name);

    assertThat(readyMessage("orders")).contains(name, "orders-db", "no password");
    assertThat(bindings.entries("orders-db"))
        .containsEntry("username", name)
        .doesNotContainKey("password");
    postgres.connect(name, name, "known").close();
    tenant.delete("orders");
    tenant.awaitGone("orders");
    postgres.connect("postgres", name, "known").close();
  }

  @Test
  void keepsItsPasswordInTheSecretThoughSomebodyEditsItsComment() throws Exception {
    tenant.createDatabase("orders", "main", name);
    var before = bindings.entries("orders-db");
    postgres.execute("postgres", "COMMENT ON ROLE " + quoted(name) + " IS 'the shop'");

    bindings.touch("orders");

    bindings.awaitObserved("orders");
    assertThat(bindings.entries("orders-db")).isEqualTo(before).containsKey("password");
    assertThat(bindings.whoGetsIn("orders-db")).isEqualTo(name + " in " + name);
    tenant.delete("orders");
    tenant.awaitGone("orders");
    postgres.execute("postgres", "DROP ROLE " + quoted(name));
  }

  @Test
  void servesTwoDatabasesAndGoesWithTheLast() throws Exception {
    apply("first");
    apply("second");

    tenant.awaitReady("first");
    tenant.awaitReady("second");
    assertThat(bindings.awaitLogin("first-db")).startsWith(name + " in ");
    assertThat(bindings.awaitLogin("second-db")).startsWith(name + " in ");
    assertThat(bindings.entries("first-db").get("password"))
        .isEqualTo(bindings.entries("second-db").get("password"));

    tenant.delete("first");
    tenant.awaitGone("first");
    assertThat(bindings.whoGetsIn("second-db")).startsWith(name + " in ");
    tenant.delete("second");
    tenant.awaitGone("second");
    assertThat(exists(name)).isFalse();
  }

  @Test
  void goesWhenBothDatabasesAreDeletedAtOnce() throws Exception {
    apply("first");
    apply("second");
    tenant.awaitReady("first");
    tenant.awaitReady("second");

    tenant.delete("second");
    tenant.delete("first");

    tenant.awaitGone("first");
    tenant.awaitGone("second");
    assertThat(exists(name)).isFalse();
  }

  /** Those that wait for it share few sessions with everybody else. */
  @Test
  void holdsNobodyElseUpWhileATransactionHasItLocked() throws Exception {
    tenant.createDatabase("orders", "main", name);
    try (var other = postgres.connect("postgres");
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("ALTER ROLE " + quoted(name) + " CONNECTION LIMIT 7");
      var waiting = IntStream.range(0, 8).mapToObj(i -> "waiting-" + i).toList();
      waiting.forEach(this::apply);
      waiting.forEach(each -> tenant.awaitReason(each, "Progressing"));
      long begun = System.nanoTime();

      for (int i = 0; i < 5; i++) {
        tenant.createDatabase("other-" + i, "main", name + i);
      }

      assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(FIVE_CREATIONS);
      assertThat(readyMessage("waiting-0"))
          .contains("trying again", "role \"" + name + "\" is locked by another transaction");
      other.commit();
      waiting.forEach(tenant::awaitReady);
    }
  }

  @Test
  void goesOnceATransactionThatHasChangedItEnds() throws Exception {
    tenant.createDatabase("orders", "main", name);
    try (var other = postgres.connect("postgres");
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("ALTER ROLE " + quoted(name) + " CONNECTION LIMIT 50");

      tenant.delete("orders");

      Awaitility.await("the status says what is waited for")
          .atMost(Duration.ofMinutes(1))
          .until(() -> readyMessage("orders").contains("role \"" + name + "\""));
      assertThat(exists(name)).isTrue();
      other.rollback();
    }
    tenant.awaitGone("orders");
    assertThat(exists(name)).isFalse();
    awaitEvent("orders", "OwnerDropped");
  }

  @Test
  void ownsNothingOfAnotherNamespace() throws Exception {
    var other = new Tenant(cluster);
    admin.applyServer(other, postgres);
    tenant.createDatabase("orders", "main", name);
    if (admin == AdminKind.CREATOR) {
      postgres.execute(
          "postgres", "GRANT " + quoted(name) + " TO " + quoted(other.namespace() + "-admin"));
    }

    other.apply(resource("theirs", other.namespace() + "-theirs"));

    assertThat(other.awaitStalled("theirs", "OwnerTaken"))
        .contains("role \"" + name + "\"", "another namespace", "choose another spec.owner")
        .doesNotContain(tenant.namespace() + "/");
    assertThat(databasesOf(name)).isEqualTo("1");
    assertThat(bindings.whoGetsIn("orders-db")).isEqualTo(name + " in " + name);
    other.delete("theirs");
    other.awaitGone("theirs");
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(exists(name)).isFalse();
  }

  @Test
  void staysWhileObjectsInAnotherDatabaseBelongToIt() throws Exception {
    tenant.createDatabase("orders", "main", name);
    String elsewhere = tenant.namespace() + "-elsewhere";
    postgres.execute("postgres", "CREATE DATABASE " + quoted(elsewhere));
    postgres.execute(elsewhere, "CREATE TABLE t (i int)", "ALTER TABLE t OWNER TO " + quoted(name));

    tenant.delete("orders");

    tenant.awaitGone("orders");
    assertThat(exists(name)).isTrue();
    assertThat(awaitEvent("orders", "OwnerKept")).contains(name, elsewhere, "DROP ROLE");
    postgres.execute("postgres", "DROP DATABASE " + quoted(elsewhere));
  }

  @Test
  void staysWithADatabaseThatStays() throws Exception {
    tenant.createDatabase("orders", "main", name);
    bindings.patch("orders", "{\"spec\":{\"deletion\":{\"policy\":\"Retain\"}}}");

    tenant.delete("orders");

    tenant.awaitGone("orders");
    assertThat(exists(name)).isTrue();
    postgres.execute("postgres", "DROP DATABASE " + quoted(name));
  }

  private String readyMessage(String resource) {
    PostgresDatabase found = requireNonNull(tenant.get(resource), "it is gone");
    return Conditions.find(Statuses.of(found).conditions(), dev.pgdb.api.ConditionType.READY)
        .orElseThrow()
        .getMessage();
  }

  private void apply(String resource) {
    tenant.apply(resource(resource, tenant.namespace() + "-" + resource));
  }

  private String resource(String resource, String database) {
    return """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: %s}
        spec: {serverRef: {name: main}, databaseName: "%s", owner: "%s"}
        """
        .formatted(resource, database, name.replace("\"", "\\\""));
  }

  private void grantToAdmin(String role) throws SQLException {
    postgres.execute("postgres", "GRANT " + quoted(role) + " TO " + quoted(adminRole()));
  }

  private boolean exists(String role) throws SQLException {
    return !Bindings.one(
            postgres,
            "SELECT count(*) FROM pg_roles WHERE rolname = '" + role.replace("'", "''") + "'")
        .equals("0");
  }

  private String databasesOf(String role) throws SQLException {
    return Bindings.one(
        postgres,
        "SELECT count(*) FROM pg_database WHERE pg_get_userbyid(datdba) = '"
            + role.replace("'", "''")
            + "'");
  }

  private String awaitEvent(String resource, String reason) {
    return Awaitility.await(reason)
        .until(
            () ->
                cluster
                    .client()
                    .v1()
                    .events()
                    .inNamespace(tenant.namespace())
                    .list()
                    .getItems()
                    .stream()
                    .filter(event -> resource.equals(event.getInvolvedObject().getName()))
                    .filter(event -> reason.equals(event.getReason()))
                    .map(event -> event.getMessage())
                    .toList(),
            found -> !found.isEmpty())
        .getFirst();
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
