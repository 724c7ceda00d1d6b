package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.client.http.HttpRequest;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * Somebody changes their mind at the last moment: the operator has seen all that it wants to see,
 * and is about to write down that it sends the DROP, or has made what was asked for. What the API
 * server answers to that is the last word.
 */
class PointOfNoReturnIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String DROP = "DROP DATABASE is being sent";

  private final LastMoment lastMoment = new LastMoment();
  private final TestPostgres postgres = TestPostgres.shared("18");
  private final Catalog catalog = new Catalog(postgres);
  private final WatchedOperator operator = new WatchedOperator(lastMoment);
  private final Tenant tenant = new Tenant(operator.cluster());
  private final String database = tenant.namespace() + "-last-moment";

  @AfterEach
  void stop() {
    operator.close();
  }

  @Test
  void givesTheDatabaseBackThatIsToBeRetainedNow() throws Exception {
    long oid = create();
    lastMoment.isFor(DROP, () -> tenant.setDeletion("orders", "policy", "Retain"));
    try (var clients = storm()) {
      String before = catalog.stateOf(oid);
      tenant.delete("orders");

      tenant.awaitGone("orders");
      clients.awaitAllConnected(SOON);
      assertThat(catalog.stateOf(oid)).isEqualTo(before);
    }
    assertThat(lastMoment.hasCome()).isTrue();
    assertThat(lastMoment.tries()).as("that a DROP is sent is not written down, whatever").isOne();
    assertThat(tenant.story("orders")).doesNotContain("Dropped", "TooLate");
  }

  @Test
  void dropsNothingThatIsProtectedNow() throws Exception {
    long oid = create();
    lastMoment.isFor(DROP, () -> tenant.setDeletion("orders", "protected", true));
    try (var clients = storm()) {
      tenant.delete("orders");

      assertThat(tenant.awaitStalled("orders", "Protected")).contains("spec.deletion.protected");
      assertThat(lastMoment.hasCome()).isTrue();
      assertThat(postgres.isThere(oid)).isTrue();
      assertThat(DeletionReport.dropWasSent(requireNonNull(tenant.get("orders")))).isFalse();
      tenant.setDeletion("orders", "protected", false);
      tenant.awaitGone("orders");
      assertThat(clients.refusedClients()).isPositive();
    }
    assertThat(postgres.isThere(oid)).isFalse();
  }

  @Test
  void leavesNoSecretUnderANameThatIsNotWantedAnyMore() throws Exception {
    create();
    var bindings = new Bindings(operator.cluster(), tenant);
    lastMoment.isFor("{\"name\":\"second\"}", () -> bindings.name("orders", "third"));

    bindings.name("orders", "second");

    bindings.await("third", secret -> true);
    assertThat(lastMoment.hasCome()).isTrue();
    bindings.awaitNone("orders-db");
    bindings.awaitNone("second");
    assertThat(bindings.whoGetsIn("third")).isEqualTo(database + " in " + database);
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  private long create() {
    tenant.applyServer("main", postgres);
    return Tenant.oidOf(tenant.createDatabase("orders", "main", database));
  }

  private ReconnectingClients storm() throws Exception {
    var clients = ReconnectingClients.against(postgres, database).mixed(8).prepareRoles().start();
    clients.awaitAllConnected(SOON);
    return clients;
  }

  /** Right before something is written into the status, once. */
  private static final class LastMoment implements Consumer<HttpRequest> {
    private final AtomicBoolean awaited = new AtomicBoolean();
    private final AtomicInteger tries = new AtomicInteger();
    private volatile String written = "";
    private volatile Runnable change = () -> {};

    void isFor(String written, Runnable change) {
      this.written = written;
      this.change = change;
      tries.set(0);
      awaited.set(true);
    }

    boolean hasCome() {
      return !awaited.get();
    }

    /** How often it was to be written. */
    int tries() {
      return tries.get();
    }

    @Override
    public void accept(HttpRequest request) {
      String body = request.bodyString();
      if (request.uri().getPath().endsWith("/postgresdatabases/orders/status")
          && body != null
          && body.contains(written)) {
        tries.incrementAndGet();
        if (awaited.compareAndSet(true, false)) {
          change.run();
        }
      }
    }
  }
}
