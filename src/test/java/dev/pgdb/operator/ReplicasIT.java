package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import dev.pgdb.testbed.TestPostgres;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Of two replicas one acts. Whatever ends it in the middle of many deletions, the other one
 * finishes them, and neither drops what took the place of a database that is gone.
 */
class ReplicasIT {
  private static final int DELETIONS = Integer.getInteger("pgdb.test.deletions", 100);

  /** How many of them a replica has in its hands. */
  private static final int CONCURRENCY = 10;

  private static final Duration SOON = Duration.ofMinutes(3);

  /** What a lease lasts, the pause until the next look at it, and some time to begin. */
  private static final Duration LEASE = Duration.ofSeconds(15).plusSeconds(5);

  private static ControlPlane cluster;
  private static TestPostgres postgres;
  private Tenant tenant;
  private List<String> names;

  @BeforeAll
  static void start() throws Exception {
    cluster = ControlPlane.start();
    Crds.install(cluster.client());
    postgres = TestPostgres.start("18").withoutFsync();
  }

  @AfterAll
  static void stop() {
    cluster.close();
    postgres.close();
  }

  @BeforeEach
  void moveIn() {
    tenant = new Tenant(cluster);
    names = IntStream.range(0, DELETIONS).mapToObj(i -> tenant.namespace() + "-" + i).toList();
  }

  @Test
  void theNextOneActsWithinTwoSecondsWhenTheLeaderIsToldToEnd() throws Exception {
    Duration took = replaces(OperatorProcessUnderTest::startTerminating, false);

    assertThat(took).isLessThan(Duration.ofSeconds(2));
  }

  @Test
  void theNextOneActsWithinTheLeaseWhenTheLeaderIsKilled() throws Exception {
    Duration took = replaces(OperatorProcessUnderTest::kill, false);

    assertThat(took).isLessThan(LEASE);
  }

  @Test
  void theNextOneActsWithinTheLeaseWhenTheLeaderIsPausedAndWakesUpLater() throws Exception {
    Duration took = replaces(OperatorProcessUnderTest::pause, true);

    assertThat(took).isLessThan(LEASE);
  }

  /** How a leader comes not to lead any more. */
  @FunctionalInterface
  private interface End {
    void of(OperatorProcessUnderTest leader) throws Exception;
  }

  /** Returns how long it took until the next one acted. */
  private Duration replaces(End end, boolean wakesUp) throws Exception {
    tenant.applyServer("main", postgres);
    try (var one = OperatorProcessUnderTest.start(cluster, "--leader-election");
        var other = OperatorProcessUnderTest.start(cluster, "--leader-election")) {
      await().atMost(SOON).until(() -> one.leads() || other.leads());
      var leader = one.leads() ? one : other;
      var next = leader == one ? other : one;
      names.forEach(name -> tenant.applyDatabase(name, "main", null));
      String bystander = tenant.namespace() + "-bystander";
      long kept = Tenant.oidOf(tenant.createDatabase(bystander, "main", null));
      names.forEach(tenant::awaitReady);
      try (Connection session = postgres.connect(bystander)) {
        names.forEach(tenant::delete);
        await()
            .atMost(SOON)
            .pollInterval(Duration.ofMillis(10))
            .until(() -> left().size() < DELETIONS * 9 / 10);
        long ended = System.nanoTime();
        end.of(leader);
        await().atMost(SOON).pollInterval(Duration.ofMillis(10)).until(next::leads);
        var took = Duration.ofNanos(System.nanoTime() - ended);
        int atThatTime = left().size();
        var successors = new HashSet<String>();
        if (wakesUp) {
          // What it was about to drop is locked until it wakes up: nobody else may take the name.
          succeedUntilThereAreLeft(CONCURRENCY, successors);
          leader.goOn();
          await("it notices that it leads no more").atMost(SOON).until(() -> !leader.isAlive());
        }
        succeedUntilThereAreLeft(0, successors);
        System.out.printf("led after %d ms, %d deletions left%n", took.toMillis(), atThatTime);
        assertThat(atThatTime).as("in the middle of the deletions").isPositive();
        assertThat(databases()).containsAll(successors);
        assertThat(session.isValid(5)).isTrue();
        assertThat(new Catalog(postgres).nameOf(kept)).hasValue(bystander);
        assertThat(tenant.reason(bystander)).isEqualTo("Available");
        assertThat(buried()).isEmpty();
        for (String successor : successors) {
          postgres.execute("postgres", "DROP DATABASE \"" + successor + "\"");
        }
        return took;
      }
    }
  }

  /**
   * As soon as a resource is gone, somebody else takes the name of its database: dropping twice
   * would drop theirs.
   */
  private void succeedUntilThereAreLeft(int few, Set<String> successors) {
    await()
        .atMost(SOON)
        .until(
            () -> {
              var gone = new ArrayList<>(names);
              gone.removeAll(left());
              for (String name : gone) {
                if (successors.size() < 20 && successors.add(name)) {
                  postgres.execute("postgres", "CREATE DATABASE \"" + name + "\"");
                }
              }
              return gone.size() >= DELETIONS - few;
            });
  }

  private Set<String> left() {
    return cluster
        .client()
        .resources(PostgresDatabase.class)
        .inNamespace(tenant.namespace())
        .list()
        .getItems()
        .stream()
        .map(database -> database.getMetadata().getName())
        .filter(names::contains)
        .collect(Collectors.toSet());
  }

  private Set<String> databases() throws Exception {
    return Set.of(
        Bindings.one(postgres, "SELECT string_agg(datname, ',') FROM pg_database").split(",", -1));
  }

  private List<String> buried() throws Exception {
    return databases().stream().filter(name -> name.startsWith("pgdb_dropped_")).toList();
  }
}
