package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import dev.pgdb.testbed.TestPostgres.StopMode;
import io.fabric8.kubernetes.api.model.Event;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** What a deletion does while its server does not answer. */
class ServerOutageIT {
  private static final Duration SECONDS = Duration.ofSeconds(15);

  private final ControlPlane cluster = OperatorUnderTest.start();

  @Test
  void saysThatTheServerIsDownAndFinishesWithinSecondsWhenItIsBack() throws Exception {
    try (var postgres = TestPostgres.start("18")) {
      var tenant = new Tenant(cluster);
      tenant.applyServer("main", postgres);
      long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", null));
      postgres.stop(StopMode.FAST);

      tenant.delete("orders");

      assertThat(tenant.awaitStalled("orders", "ServerUnreachable"))
          .contains("127.0.0.1:" + postgres.port(), "cannot be reached: ");
      postgres.startAgain();
      long back = System.nanoTime();
      tenant.awaitGone("orders");
      assertThat(Duration.ofNanos(System.nanoTime() - back)).isLessThan(SECONDS);
      try (var connection = postgres.connect("postgres");
          var statement = connection.createStatement();
          var rows = statement.executeQuery("SELECT datname FROM pg_database WHERE oid = " + oid)) {
        assertThat(rows.next()).isFalse();
      }
    }
  }

  @Test
  void givesTheDatabaseBackThoughTheServerWasAwayWhenRetainWasSet() throws Exception {
    try (var postgres = TestPostgres.start("18")) {
      var catalog = new Catalog(postgres);
      var tenant = new Tenant(cluster);
      tenant.applyServer("main", postgres);
      long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", null));
      postgres.execute("postgres", "GRANT CONNECT ON DATABASE orders TO pg_monitor");
      String acl = catalog.aclOf(oid);
      stopDuringTheDeletion(postgres, tenant);

      tenant.setDeletion("orders", "policy", "Retain");

      awaitUnreachable(tenant, "spec.deletion.policy is Retain");
      postgres.startAgain();
      tenant.awaitGone("orders");
      assertThat(catalog.nameOf(oid)).hasValue("orders");
      assertThat(catalog.lets(oid)).isTrue();
      assertThat(catalog.aclOf(oid)).isEqualTo(acl);
      assertThat(catalog.commentOf(oid)).isEmpty();
    }
  }

  /** It may only be restarting. */
  @Test
  void takesTheClaimsAwayThoughTheServerWasAwayWhenTheDeletionBegan() throws Exception {
    try (var postgres = TestPostgres.start("18")) {
      var tenant = new Tenant(cluster);
      tenant.applyServer("main", postgres);
      long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", null));
      tenant.setDeletion("orders", "policy", "Retain");
      postgres.stop(StopMode.FAST);

      tenant.delete("orders");

      awaitUnreachable(tenant, "spec.deletion.policy is Retain", "five minutes");
      postgres.startAgain();
      tenant.awaitGone("orders");
      assertThat(new Catalog(postgres).commentOf(oid)).isEmpty();
      assertThat(
              postgres.ask(
                  "postgres",
                  "SELECT coalesce(shobj_description(oid, 'pg_authid'), '') FROM pg_roles"
                      + " WHERE rolname = 'orders'"))
          .doesNotContain("pgdb.dev");
    }
  }

  @Test
  void saysHowToOpenADatabaseAgainThatIsLeftOnAServerThatIsGone() throws Exception {
    try (var postgres = TestPostgres.start("18")) {
      var tenant = new Tenant(cluster);
      tenant.applyServer("main", postgres);
      long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", null));
      postgres.execute("postgres", "GRANT CONNECT ON DATABASE orders TO pg_monitor");
      String state = new Catalog(postgres).stateOf(oid);
      stopDuringTheDeletion(postgres, tenant);
      LongOutage.of("main", tenant, cluster);

      tenant.setDeletion("orders", "policy", "Retain");

      tenant.awaitGone("orders");
      String said = Awaitility.await().until(() -> released(tenant), message -> !message.isEmpty());
      assertThat(said)
          .contains("the claim of " + tenant.namespace() + "/orders", "pgdb_dropped_" + oid);
      postgres.startAgain();
      postgres.execute("postgres", between("again: ", " (if", said));
      String grants = between("privileges were ", ": PostgresServer ", said);
      assertThat(state).isEqualTo("orders | t | f | -1 | " + grants);
      assertThat(new Catalog(postgres).stateOf(oid)).startsWith("orders | t | f | -1 | ");
    }
  }

  @Test
  void saysThatRetainIsTooLateThoughTheServerWentAwayDuringTheDrop() throws Exception {
    try (var postgres = TestPostgres.start("18")) {
      var tenant = new Tenant(cluster);
      tenant.applyServer("main", postgres);
      long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", null));
      killDuringTheDrop(postgres, tenant);

      tenant.setDeletion("orders", "policy", "Retain");

      awaitUnreachable(tenant, "too late", "DROP", "is not known", "five minutes");
      awaitStory(tenant, "TooLate");
      postgres.startAgain();
      tenant.awaitGone("orders");
      assertThat(new Catalog(postgres).nameOf(oid)).isEmpty();
      awaitStory(tenant, "Dropped");
    }
  }

  /** What the DROP has left may be damaged, and nobody is told to open it. */
  @Test
  void saysHowToFindWhatADropHasLeftOnAServerThatIsGone() throws Exception {
    try (var postgres = TestPostgres.start("18")) {
      var tenant = new Tenant(cluster);
      tenant.applyServer("main", postgres);
      long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", null));
      killDuringTheDrop(postgres, tenant);
      LongOutage.of("main", tenant, cluster);

      tenant.setDeletion("orders", "policy", "Retain");

      tenant.awaitGone("orders");
      String said = Awaitility.await().until(() -> released(tenant), message -> !message.isEmpty());
      assertThat(said)
          .contains("is not known", "may be invalid", "DROP DATABASE it")
          .doesNotContain("ALTER DATABASE", "open it again");
      awaitStory(tenant, "TooLate");
      postgres.startAgain();
      assertThat(postgres.ask("postgres", between("is there: ", "; if it is", said)))
          .isEqualTo("pgdb_dropped_" + oid);
    }
  }

  /** On every release a DROP waits for the checkpointer, when the best part of it is done. */
  private static void killDuringTheDrop(TestPostgres postgres, Tenant tenant) throws Exception {
    long checkpointer =
        Long.parseLong(
            postgres.ask(
                "postgres",
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"));
    postgres.signal("STOP", checkpointer);
    tenant.delete("orders");
    Awaitility.await("the DROP waits")
        .atMost(Duration.ofSeconds(60))
        .until(
            () ->
                !postgres
                    .ask(
                        "postgres",
                        "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DROP DATABASE%'"
                            + " AND wait_event LIKE 'Checkpoint%'")
                    .equals("0"));
    postgres.stop(StopMode.SIGKILL);
  }

  private static void awaitStory(Tenant tenant, String reason) {
    Awaitility.await(reason)
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(() -> assertThat(tenant.story("orders")).contains(reason));
  }

  /** The door is closed and CONNECT revoked by then, and a client is waited for. */
  private void stopDuringTheDeletion(TestPostgres postgres, Tenant tenant) throws Exception {
    tenant.setDeletion("orders", "drain", "1h");
    try (var client = postgres.connect("orders")) {
      assertThat(client.isValid(1)).isTrue();
      tenant.delete("orders");
      tenant.awaitReason("orders", "WaitingForSessions");
      postgres.stop(StopMode.FAST);
    }
  }

  private static void awaitUnreachable(Tenant tenant, String... said) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () -> assertThat(tenant.awaitStalled("orders", "ServerUnreachable")).contains(said));
  }

  private String released(Tenant tenant) {
    return cluster.client().v1().events().inNamespace(tenant.namespace()).list().getItems().stream()
        .filter(event -> event.getReason().equals("Released"))
        .map(Event::getMessage)
        .findFirst()
        .orElse("");
  }

  private static String between(String before, String after, String text) {
    int start = text.indexOf(before) + before.length();
    return text.substring(start, text.indexOf(after, start));
  }
}
