package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import dev.pgdb.api.BlockerStatus;
import dev.pgdb.api.ConditionType;
import dev.pgdb.api.DeletionStatus;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.operator.TenWaysToBlock.Way;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/**
 * Ten databases of a server wait, each for something else. Nobody else waits for them: others of
 * that server come and go as fast as those of a server with nothing the matter, and as before.
 */
class TenBlockedIT {
  private static final int OTHERS = 5;

  /** What a machine that has other things to do takes now and then. */
  private static final Duration NOISE = Duration.ofMillis(300);

  private static final Duration SOON = Duration.ofSeconds(60);

  private final Tenant tenant = new Tenant(OperatorUnderTest.start());

  @Test
  void blockedDeletionsNameWhatTheyWaitForKeepNobodyWaitingAndEndByThemselves() throws Exception {
    try (var postgres = TestPostgres.start("13");
        var unharmed = TestPostgres.start("13");
        var ten = new TenWaysToBlock(tenant, postgres)) {
      TenWaysToBlock.applyServers(tenant, unharmed, "elsewhere-main", "elsewhere-limited");
      others("warm-up");
      Times before = others("before");

      ten.begin();

      assertThat(ten.all()).hasSize(10);
      ten.all().forEach(this::awaitBlocker);
      Times during = others("during");
      assertThat(blocked()).isEqualTo(ten.all().keySet());
      for (Map.Entry<String, Way> one : ten.all().entrySet()) {
        one.getValue().cure().run();
        tenant.awaitGone(one.getKey());
      }
      System.out.printf("Others take %s before, and %s while ten are blocked%n", before, during);
      assertThat(during.there())
          .isLessThan(during.elsewhere().multipliedBy(5).dividedBy(4).plus(NOISE));
      assertThat(during.there()).isLessThan(before.there().multipliedBy(3).plus(NOISE));
    }
  }

  private void awaitBlocker(String resource, Way way) {
    BlockerStatus blocker =
        Awaitility.await(resource + " names what it waits for")
            .atMost(SOON)
            .until(() -> blockers(resource), found -> found.size() == 1)
            .getFirst();
    assertThat(blocker.type()).isEqualTo(way.type());
    assertThat(blocker.subject()).isEqualTo(way.subject());
    assertThat(blocker.remedy()).isNotBlank();
    assertThat(tenant.awaitStalled(resource, "Blocked"))
        .contains(blocker.message(), blocker.remedy());
    assertThat(
            Conditions.find(
                Statuses.of(requireNonNull(tenant.get(resource))).conditions(),
                ConditionType.DROPPED))
        .get()
        .extracting(Condition::getMessage, STRING)
        .as("what the DROP waits for")
        .contains(blocker.message(), blocker.remedy());
  }

  private List<BlockerStatus> blockers(String resource) {
    DeletionStatus deletion = Statuses.of(requireNonNull(tenant.get(resource))).deletion();
    return deletion == null ? List.of() : deletion.blockers();
  }

  /** The names of all that are blocked. */
  private Set<String> blocked() {
    return OperatorUnderTest.withCrds()
        .client()
        .resources(PostgresDatabase.class)
        .inNamespace(tenant.namespace())
        .list()
        .getItems()
        .stream()
        .filter(found -> "Blocked".equals(tenant.reason(found.getMetadata().getName())))
        .map(found -> found.getMetadata().getName())
        .collect(Collectors.toSet());
  }

  /**
   * How long it takes to create and delete another database.
   *
   * @param there on the server that ten are blocked on, or will be
   * @param elsewhere on a server with nothing the matter
   */
  private record Times(Duration there, Duration elsewhere) {
    @Override
    public String toString() {
      return "%d ms there, %d ms elsewhere".formatted(there.toMillis(), elsewhere.toMillis());
    }
  }

  /**
   * The sums of the medians for both kinds of admins, in turns, so that a machine that gets slower
   * does so for all.
   */
  private Times others(String when) {
    var there = Duration.ZERO;
    var elsewhere = Duration.ZERO;
    for (String server : List.of(TenWaysToBlock.MAIN, TenWaysToBlock.LIMITED)) {
      var here = new ArrayList<Duration>();
      var other = new ArrayList<Duration>();
      for (int i = 0; i < OTHERS; i++) {
        here.add(timeOfOne(when + "-there-" + server + i, server));
        other.add(timeOfOne(when + "-elsewhere-" + server + i, "elsewhere-" + server));
      }
      there = there.plus(median(here));
      elsewhere = elsewhere.plus(median(other));
    }
    return new Times(there, elsewhere);
  }

  private static Duration median(List<Duration> times) {
    return times.stream().sorted().toList().get(times.size() / 2);
  }

  private Duration timeOfOne(String resource, String server) {
    long start = System.nanoTime();
    tenant.createDatabase(resource, server, null);
    tenant.delete(resource);
    tenant.awaitGone(resource);
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
