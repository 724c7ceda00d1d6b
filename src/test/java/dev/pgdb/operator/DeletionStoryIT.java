package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** The Events and the status of a deletion tell what happened, once, and nobody's secrets. */
class DeletionStoryIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final TestPostgres postgres = TestPostgres.shared("18");
  private final Tenant tenant = new Tenant(cluster);
  private final String database = tenant.namespace() + "-story";

  @Test
  void saysThatSomebodyElseHasDroppedTheDatabase() throws Exception {
    create("");
    postgres.execute("postgres", "DROP DATABASE \"" + database + "\"");

    tenant.delete("orders");

    tenant.awaitGone("orders");
    assertThat(awaitEvent("AlreadyGone")).contains(database, "somebody else");
    assertThat(tenant.story("orders")).doesNotContain("Dropped");
  }

  @Test
  void namesTheSlotThatASubscriptionLeavesOnItsPublisher() throws Exception {
    create("");
    subscribe("with_slot", "orphan");
    subscribe("without_slot", "NONE");

    tenant.delete("orders");

    tenant.awaitGone("orders");
    assertThat(awaitEvent("ReplicationSlotOrphaned"))
        .contains("subscription with_slot", "SELECT pg_drop_replication_slot('orphan')");
    awaitEvent("Dropped");
    assertThat(tenant.story("orders")).containsOnlyOnce("ReplicationSlotOrphaned");
  }

  private void subscribe(String name, String slot) throws SQLException {
    postgres.execute(
        database,
        "CREATE SUBSCRIPTION "
            + name
            + " CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = "
            + slot
            + ")");
  }

  @Test
  void tellsOfEachThingThatComesIntoTheWayOnce() throws Exception {
    create("preparedTransactions: Wait, subscriptions: Wait");
    String first = tenant.namespace() + "-first";
    prepare(first);
    tenant.delete("orders");
    Awaitility.await().atMost(SOON).until(() -> told(first) == 1);

    subscribe("feed", "NONE");

    Awaitility.await().atMost(SOON).until(() -> blocked().size() == 2);
    postgres.execute(database, "ROLLBACK PREPARED '" + first + "'");
    Awaitility.await().atMost(SOON).until(() -> blocked().size() == 3);
    assertThat(blocked().getLast()).contains("feed").doesNotContain(first);
    postgres.execute(database, "DROP SUBSCRIPTION feed");
    tenant.awaitGone("orders");
    assertThat(blocked()).hasSize(3);
  }

  private long told(String what) {
    return blocked().stream().filter(message -> message.contains(what)).count();
  }

  private List<String> blocked() {
    return messages("Blocked");
  }

  private void prepare(String gid) throws SQLException {
    postgres.execute(database, "BEGIN; CREATE TABLE t (); PREPARE TRANSACTION '" + gid + "'");
  }

  @Test
  void publishesNoStatementOfAnotherSession() throws Exception {
    create("");
    String role = tenant.namespace() + "-role";
    postgres.execute("postgres", "CREATE ROLE \"" + role + "\"");
    try (Connection other = postgres.connect("postgres");
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("GRANT CONNECT ON DATABASE \"" + database + "\" TO \"" + role + "\"");
      statement.execute("ALTER ROLE \"" + role + "\" PASSWORD 'hunter2'");

      tenant.delete("orders");

      assertThat(tenant.awaitStalled("orders", "Blocked")).contains("ALTER ROLE");
      awaitEvent("Blocked");
      assertThat(Serialization.asJson(requireNonNull(tenant.get("orders"))))
          .doesNotContain("hunter2", "PASSWORD");
      assertThat(Serialization.asJson(events())).doesNotContain("hunter2", "PASSWORD");
      other.rollback();
    }
    tenant.awaitGone("orders");
  }

  @Test
  void showsTheDatabaseAndTheSessionsThatAreLeftInAWideTable() throws Exception {
    long oid = create("drain: 1h");
    var kubectl = new Kubectl(cluster, tenant);
    try (var client = postgres.connect(database)) {
      tenant.delete("orders");
      tenant.awaitReason("orders", "WaitingForSessions");

      List<String> lines =
          kubectl.run("get", "postgresdatabase", "orders", "-o", "wide").lines().toList();

      assertThat(lines.getFirst().split(" {2,}", -1))
          .startsWith(
              "NAME", "READY", "STATUS", "DATABASE", "SERVER", "AGE", "OID", "SESSIONS LEFT");
      assertThat(lines.getLast().split(" {2,}", -1))
          .startsWith("orders", "False", "WaitingForSessions", database, "main")
          .contains(String.valueOf(oid), "1");
      assertThat(client.isValid(1)).isTrue();
    }
    tenant.awaitGone("orders");
  }

  private long create(String deletion) {
    tenant.applyServer("main", postgres);
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec: {serverRef: {name: main}, databaseName: "%s", deletion: {%s}}
        """
            .formatted(database, deletion));
    return Tenant.oidOf(tenant.awaitReady("orders"));
  }

  /** The message of the only Event with this reason. */
  private String awaitEvent(String reason) {
    return Awaitility.await(reason)
        .atMost(SOON)
        .until(() -> messages(reason), found -> found.size() == 1)
        .getFirst();
  }

  private List<String> messages(String reason) {
    return events().stream()
        .filter(event -> event.getReason().equals(reason))
        .map(Event::getMessage)
        .toList();
  }

  private List<Event> events() {
    return cluster.client().v1().events().inNamespace(tenant.namespace()).list().getItems();
  }
}
