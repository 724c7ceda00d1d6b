package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What tools that follow kstatus make of each change that they see of a resource. */
class KstatusIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final Tenant tenant = new Tenant(cluster);
  private final List<GenericKubernetesResource> seen = new CopyOnWriteArrayList<>();
  private final List<Watch> watches =
      Stream.of("PostgresServer", "PostgresDatabase")
          .map(kind -> cluster.client().genericKubernetesResources("pgdb.dev/v1", kind))
          .map(kind -> kind.inNamespace(tenant.namespace()).watch(new Recorder()))
          .toList();

  @AfterEach
  void stop() {
    watches.forEach(Watch::close);
  }

  @Test
  void isCurrentWhileItIsReadyAndOnlyThen() {
    tenant.applyServer("main", TestPostgres.shared("18"));
    apply("orders", 5);
    awaitLast("orders", 1, Kstatus.CURRENT);
    apply("orders", 6);
    awaitLast("orders", 2, Kstatus.CURRENT);
    apply("copy", 5);
    awaitLast("copy", 1, Kstatus.FAILED);
    tenant.delete("orders");
    tenant.awaitGone("orders");

    assertThat(seenOf("orders"))
        .startsWith(Kstatus.IN_PROGRESS)
        .endsWith(Kstatus.TERMINATING)
        .doesNotContain(Kstatus.FAILED);
    assertThat(seenOf("copy")).startsWith(Kstatus.IN_PROGRESS).doesNotContain(Kstatus.CURRENT);
    assertThat(seen).allSatisfy(KstatusIT::isCurrentOnlyWhereItIsReady);
  }

  @Test
  void soIsAServer() {
    tenant.applyServer("main", TestPostgres.shared("18"));
    awaitLast("main", 1, Kstatus.CURRENT);
    tenant.applyServer("nowhere", 1, "nobody", "nothing");
    awaitLast("nowhere", 1, Kstatus.FAILED);
    tenant.createDatabase("orders", "main", tenant.namespace() + "-server-kstatus");

    tenant.deleteServer("main");

    awaitLast("main", 2, Kstatus.TERMINATING); // deletion counts as a change
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(seenOf("main"))
        .startsWith(Kstatus.IN_PROGRESS)
        .contains(Kstatus.CURRENT)
        .endsWith(Kstatus.TERMINATING)
        .doesNotContain(Kstatus.FAILED);
    assertThat(seenOf("nowhere")).startsWith(Kstatus.IN_PROGRESS).doesNotContain(Kstatus.CURRENT);
    assertThat(seen).allSatisfy(KstatusIT::isCurrentOnlyWhereItIsReady);
  }

  private void apply(String name, int connectionLimit) {
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: %s}
        spec: {serverRef: {name: main}, databaseName: %s-kstatus, connectionLimit: %d}
        """
            .formatted(name, tenant.namespace(), connectionLimit));
  }

  private static void isCurrentOnlyWhereItIsReady(GenericKubernetesResource resource) {
    if (Kstatus.of(resource) == Kstatus.CURRENT) {
      assertThat(Kstatus.condition(resource, "Ready")).isEqualTo("True");
    }
  }

  private void awaitLast(String name, long generation, Kstatus status) {
    await(name + " is " + status)
        .atMost(SOON)
        .until(
            () ->
                seen.stream()
                    .filter(resource -> resource.getMetadata().getName().equals(name))
                    .reduce((before, after) -> after)
                    .filter(last -> last.getMetadata().getGeneration() == generation)
                    .map(Kstatus::of)
                    .filter(status::equals)
                    .isPresent());
  }

  private List<Kstatus> seenOf(String name) {
    return seen.stream()
        .filter(resource -> resource.getMetadata().getName().equals(name))
        .map(Kstatus::of)
        .toList();
  }

  private final class Recorder implements Watcher<GenericKubernetesResource> {
    @Override
    public void eventReceived(Action action, GenericKubernetesResource resource) {
      seen.add(resource);
    }

    @Override
    public void onClose(WatcherException cause) {
      seen.clear(); // then the test fails
    }
  }
}
