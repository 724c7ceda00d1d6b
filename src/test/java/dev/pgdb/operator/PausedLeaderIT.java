package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A leader is paused for longer than its lease, at many points of a deletion, and another one
 * finishes what it has begun. It wakes up with the next thing to say on its tongue, and nothing
 * wrong is dropped. {@code -Dpgdb.test.stride=1} takes every point that there is.
 */
class PausedLeaderIT {
  /** So many deletions are halted at once, each at another point. */
  private static final int AT_ONCE = 15;

  private static final String[] LEADING = {
    "--leader-election", "--concurrency", Integer.toString(AT_ONCE)
  };

  private static final Duration SOON = Duration.ofMinutes(2);

  static List<String> releases() {
    return Releases.orElse("18");
  }

  @ParameterizedTest(name = "PostgreSQL {0}")
  @MethodSource("releases")
  void leavesAloneWhatWasCreatedAgainWhileItWasPaused(String release) throws Exception {
    try (var cluster = ControlPlane.start();
        var postgres = TestPostgres.start(release).withoutFsync()) {
      Crds.install(cluster.client());
      int points = pointsOfADeletion(cluster, postgres);
      int rounds = Integer.getInteger("pgdb.test.stride", 0) == 1 ? points / AT_ONCE + 1 : 1;
      for (int round = 0; round < rounds; round++) {
        int first = round;
        var some =
            IntStream.range(0, AT_ONCE)
                .map(i -> (i * rounds + first) * points / (AT_ONCE * rounds));
        pauseAt(some.distinct().boxed().toList(), cluster, postgres);
      }
    }
  }

  /** How many things one of them says to the server. */
  private static int pointsOfADeletion(ControlPlane cluster, TestPostgres postgres)
      throws Exception {
    try (var operator = OperatorProcessUnderTest.start(cluster);
        var deletion = new HaltedDeletion(new Tenant(cluster), postgres, "measured")) {
      int before = deletion.network().said();
      deletion.begin();
      await("it is gone").atMost(SOON).until(deletion::isGone);
      assertThat(operator.isAlive()).isTrue();
      return deletion.network().said() - before;
    }
  }

  private static void pauseAt(List<Integer> points, ControlPlane cluster, TestPostgres postgres)
      throws Exception {
    var tenant = new Tenant(cluster);
    var deletions = new ArrayList<HaltedDeletion>();
    try (var first = OperatorProcessUnderTest.start(cluster, LEADING);
        var second = OperatorProcessUnderTest.launch(cluster, LEADING)) {
      await("the first one leads").atMost(SOON).until(first::leads);
      second.awaitReady();
      for (int point : points) {
        String name = tenant.namespace() + "-halted-" + point;
        var deletion = new HaltedDeletion(tenant, postgres, name);
        deletions.add(deletion);
        deletion.network().haltAfter(point);
      }
      deletions.forEach(HaltedDeletion::begin);
      await("each is halted, or done before")
          .atMost(SOON)
          .until(() -> deletions.stream().allMatch(d -> d.network().isHalted() || d.isGone()));
      long halted = notGone(deletions);
      first.pause();
      deletions.forEach(deletion -> deletion.network().letOthersPass());
      await("the second one leads").atMost(SOON).until(second::leads);
      await("all go but what a transaction of the first one keeps locked")
          .atMost(SOON)
          .until(() -> notGone(deletions) <= openTransactions(postgres));
      createAgain(deletions);
      System.out.printf(
          "halted at %s: %d, of which %d still wait%n", points, halted, notGone(deletions));

      deletions.forEach(deletion -> deletion.network().goOn());
      first.goOn();

      first.awaitEnd(SOON);
      for (HaltedDeletion deletion : deletions) {
        await("it is gone").atMost(SOON).until(deletion::isGone);
        deletion.check();
      }
      assertThat(halted).isGreaterThan(points.size() / 3);
    } finally {
      for (HaltedDeletion deletion : deletions) {
        deletion.close();
      }
    }
  }

  /** Some by a resource of the same name, others by a person. */
  private static void createAgain(List<HaltedDeletion> deletions) throws SQLException {
    boolean byHand = false;
    for (HaltedDeletion deletion : deletions) {
      if (deletion.isGone() && byHand) {
        deletion.createAgainByHand();
      } else if (deletion.isGone()) {
        deletion.createAgain();
      }
      byHand = !byHand;
    }
  }

  private static long notGone(List<HaltedDeletion> deletions) {
    return deletions.stream().filter(deletion -> !deletion.isGone()).count();
  }

  private static long openTransactions(TestPostgres postgres) throws SQLException {
    return Long.parseLong(
        postgres.ask(
            "postgres",
            "SELECT count(*) FROM pg_stat_activity WHERE state = 'idle in transaction'"
                + " AND backend_xid IS NOT NULL"));
  }
}
