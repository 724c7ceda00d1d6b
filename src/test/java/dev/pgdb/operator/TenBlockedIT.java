package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.BlockerStatus;
import dev.pgdb.api.DeletionStatus;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.operator.TenWaysToBlock.Way;
import dev.pgdb.testbed.TestPostgres;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Ten databases of a server wait, each for something else; nobody else waits for them. */
class TenBlockedIT {
  private static final int OTHERS = 5;
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Tenant tenant = new Tenant(OperatorUnderTest.start());

  @Test
  void blockedDeletionsNameWhatTheyWaitForKeepNobodyWaitingAndEndByThemselves() throws Exception {
    try (var postgres = TestPostgres.start("13");
        var ten = new TenWaysToBlock(tenant, postgres)) {
      timeOfOne("warm-up", TenWaysToBlock.MAIN);
      Duration before = medianOfOthers("before");

      ten.begin();

      assertThat(ten.all()).hasSize(10);
      ten.all().forEach(this::awaitBlocker);
      Duration during = medianOfOthers("during");
      assertThat(blocked()).isEqualTo(ten.all().keySet());
      for (Map.Entry<String, Way> one : ten.all().entrySet()) {
        one.getValue().cure().run();
        tenant.awaitGone(one.getKey());
      }
      Duration after = medianOfOthers("after");
      Duration without = before.compareTo(after) > 0 ? before : after;
      System.out.printf(
          "Ten blocked: others take %d ms, without them %d ms before and %d ms after%n",
          during.toMillis(), before.toMillis(), after.toMillis());
      assertThat(during).isLessThan(without.multipliedBy(2).plusSeconds(1));
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

  /** How long it takes to create and delete another database of the same server, one by one. */
  private Duration medianOfOthers(String when) {
    var times = new ArrayList<Duration>();
    for (String server : List.of(TenWaysToBlock.MAIN, TenWaysToBlock.LIMITED)) {
      for (int i = 0; i < OTHERS; i++) {
        times.add(timeOfOne(when + "-" + server + "-" + i, server));
      }
    }
    times.sort(Comparator.naturalOrder());
    return times.get(times.size() / 2);
  }

  private Duration timeOfOne(String resource, String server) {
    long start = System.nanoTime();
    tenant.createDatabase(resource, server, null);
    tenant.delete(resource);
    tenant.awaitGone(resource);
    return Duration.ofNanos(System.nanoTime() - start);
  }
}
