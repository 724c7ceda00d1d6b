package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;

/** More than one operator acts on the same resources: nothing wrong is dropped. */
class TwoOperatorsIT {
  private static final int DATABASES = Integer.getInteger("pgdb.test.databases", 10);
  private static final int CLIENTS_OF_EACH = 2;
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Longer than the lease of a leader that does not renew it. */
  private static final Duration TAKE_OVER = Duration.ofSeconds(45);

  /** As when leader election was forgotten, or two releases were installed. */
  @Test
  void eachDropsWhatIsToBeDroppedAndNothingElse() throws Exception {
    try (var cluster = ControlPlane.start();
        var postgres = TestPostgres.start("18")) {
      Crds.install(cluster.client());
      var tenant = new Tenant(cluster);
      var catalog = new Catalog(postgres);
      tenant.applyServer("main", postgres);
      var clients = new ArrayList<ReconnectingClients>();
      try (var one = OperatorProcessUnderTest.launch(cluster);
          var other = OperatorProcessUnderTest.launch(cluster)) {
        one.awaitReady();
        other.awaitReady();
        Map<String, Long> oids = create(tenant);
        for (String name : oids.keySet()) {
          clients.add(
              ReconnectingClients.against(postgres, name)
                  .mixed(CLIENTS_OF_EACH)
                  .prepareRoles()
                  .start());
        }
        for (var ofOne : clients) {
          ofOne.awaitAllConnected(SOON);
        }
        assertThat(created(catalog)).hasSize(oids.size()); // none was created twice

        for (int i = 0; i < DATABASES; i++) {
          tenant.delete(name(i));
        }

        for (int i = 0; i < DATABASES; i++) {
          tenant.awaitGone(name(i));
          assertThat(catalog.nameOf(requireNonNull(oids.get(name(i))))).isEmpty();
        }
        assertThat(created(catalog)).containsExactly("kept");
        assertThat(catalog.lets(requireNonNull(oids.get("kept")))).isTrue();
        assertThat(tenant.reason("kept")).isEqualTo("Available");
      } finally {
        clients.forEach(ReconnectingClients::close);
      }
    }
  }

  /** But for what both began to create at once: one of them is left over, empty and unclaimed. */
  private static List<String> created(Catalog catalog) throws SQLException {
    return catalog.claimed().stream().filter(name -> !name.startsWith("pgdb_creating_")).toList();
  }

  private static Map<String, Long> create(Tenant tenant) {
    var oids = new HashMap<String, Long>();
    for (int i = 0; i < DATABASES; i++) {
      tenant.applyDatabase(name(i), "main", null);
    }
    oids.put("kept", Tenant.oidOf(tenant.createDatabase("kept", "main", null)));
    for (int i = 0; i < DATABASES; i++) {
      oids.put(name(i), Tenant.oidOf(tenant.awaitReady(name(i))));
    }
    return oids;
  }

  private static String name(int number) {
    return "orders-" + number;
  }

  /** Each of its deletions is at another milestone, and all are done by the next leader. */
  @Test
  void aLeaderThatWakesUpLateLeavesWhatWasCreatedAgainMeanwhile() throws Exception {
    try (var cluster = ControlPlane.start();
        var postgres = TestPostgres.start("18");
        var elsewhere = postgres.connect("postgres");
        var statement = elsewhere.createStatement()) {
      Crds.install(cluster.client());
      var tenant = new Tenant(cluster);
      var catalog = new Catalog(postgres);
      tenant.applyServer("main", postgres);
      var names = List.of("begun", "deaf", "dropping");
      try (var first = OperatorProcessUnderTest.start(cluster, "--leader-election");
          var second = OperatorProcessUnderTest.launch(cluster, "--leader-election")) {
        var old = new HashMap<String, Long>();
        for (String name : names) {
          old.put(name, Tenant.oidOf(tenant.createDatabase(name, "main", null)));
        }
        second.awaitReady();
        elsewhere.setAutoCommit(false);
        statement.execute("GRANT CONNECT ON DATABASE begun TO pg_monitor"); // keeps the door open
        long pid;
        try (var session = postgres.connect("deaf")) {
          pid = session.unwrap(PGConnection.class).getBackendPID();
          postgres.signal("STOP", pid); // and every DROP waits for it
          names.forEach(tenant::delete);
          for (String name : names) {
            tenant.awaitStalled(name, "Blocked");
          }

          first.pause();
          awaitLine(second, "Leading");
          postgres.signal("CONT", pid);
        }
        elsewhere.rollback();
        for (String name : names) {
          tenant.awaitGone(name);
          assertThat(catalog.nameOf(requireNonNull(old.get(name)))).isEmpty();
        }
        var recreated = new HashMap<String, Long>();
        for (String name : names) {
          recreated.put(name, Tenant.oidOf(tenant.createDatabase(name, "main", null)));
        }
        first.goOn();
        first.awaitEnd(TAKE_OVER);

        assertThat(first.output()).contains("Lost the lead");
        for (String name : names) {
          assertThat(catalog.nameOf(requireNonNull(recreated.get(name)))).hasValue(name);
          assertThat(catalog.lets(requireNonNull(recreated.get(name)))).isTrue();
          assertThat(tenant.reason(name)).isEqualTo("Available");
        }
      }
    }
  }

  /** One of them has read the resource, and looks at the database when the other has shut it. */
  @Test
  void whatTheDatabaseWasLikeIsNotedOnce() throws Exception {
    try (var cluster = ControlPlane.start();
        var postgres = TestPostgres.start("18");
        var network = new HaltedNetwork(postgres)) {
      Crds.install(cluster.client());
      var tenant = new Tenant(cluster);
      tenant.applyServer("main", network.port(), postgres.superuser(), postgres.password());
      try (var slow = OperatorProcessUnderTest.start(cluster);
          var other = OperatorProcessUnderTest.start(cluster)) {
        other.pause();
        long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", null));
        postgres.execute("postgres", "GRANT CONNECT ON DATABASE orders TO pg_monitor");
        String before = new Catalog(postgres).stateOf(oid);
        tenant.setDeletion("orders", "drain", "1h");
        Awaitility.await("that is known").atMost(SOON).until(() -> isObserved(tenant));
        try (var client = postgres.connect("orders")) {
          network.haltAtNextQuery();
          tenant.delete("orders");
          Awaitility.await("it looks at the database").atMost(SOON).until(network::isHalted);
          network.letOthersPass();
          other.goOn();
          tenant.awaitReason("orders", "WaitingForSessions");
          int said = network.said();
          network.goOn();
          Awaitility.await("the slow one has looked, and looks again")
              .atMost(SOON)
              .until(() -> network.said() > said + 1);

          tenant.setDeletion("orders", "policy", "Retain");

          tenant.awaitGone("orders");
          assertThat(new Catalog(postgres).stateOf(oid)).isEqualTo(before);
          assertThat(client.isValid(5)).isTrue();
          assertThat(slow.isAlive()).isTrue();
        }
      }
    }
  }

  private static boolean isObserved(Tenant tenant) {
    var found = requireNonNull(tenant.get("orders"));
    return Objects.equals(
        Statuses.of(found).observedGeneration(), found.getMetadata().getGeneration());
  }

  private static void awaitLine(OperatorProcessUnderTest operator, String text) {
    Awaitility.await(text).atMost(TAKE_OVER).until(() -> operator.output().contains(text));
  }
}
