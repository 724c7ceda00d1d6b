package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.ConditionType;
import dev.pgdb.api.PostgresDatabase;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Many databases at once get in nobody's way, and nobody gets in theirs for long. */
@OnEachServer(diagonal = true)
class ManyDatabasesIT extends TenantOnServer {
  private static final int MANY = 100;

  /** The default of a PostgresServer. */
  private static final int MAX_CONNECTIONS = 4;

  private static final Duration LIMIT = Duration.ofMinutes(2);

  ManyDatabasesIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @Test
  void waitQuietlyWhileSomebodyIsConnectedToTheTemplate() throws Exception {
    List<String> names =
        IntStream.range(0, MANY).mapToObj(i -> tenant.namespace() + "-" + i).toList();
    Queue<String> stalled = new ConcurrentLinkedQueue<>();
    Queue<String> delayed = new ConcurrentLinkedQueue<>();
    try (var sessions = new SessionsOf(postgres, adminRole())) {
      waitQuietly(names, stalled, delayed);
      assertThat(stalled).isEmpty();
      assertThat(delayed).anySatisfy(message -> assertThat(message).contains("template1"));

      names.forEach(tenant::delete);

      names.forEach(tenant::awaitGone);
      assertThat(sessions.most()).isBetween(2, MAX_CONNECTIONS);
    }
    assertThat(
            Bindings.one(
                postgres,
                "SELECT (SELECT count(*) FROM pg_database WHERE datname LIKE '%1$s-%%')"
                        .formatted(tenant.namespace())
                    + " + (SELECT count(*) FROM pg_roles WHERE rolname LIKE '%1$s-%%' AND rolname <> '%1$s-admin')"
                        .formatted(tenant.namespace())))
        .isEqualTo("0");
  }

  private void waitQuietly(List<String> names, Queue<String> stalled, Queue<String> delayed)
      throws Exception {
    try (AutoCloseable watch = watch(stalled, delayed)) {
      assertThat(watch).isNotNull();
      try (Connection somebody = postgres.connect("template1")) {
        names.forEach(name -> tenant.applyDatabase(name, "main", null));
        Awaitility.await("the first has met somebody")
            .atMost(LIMIT)
            .until(() -> !delayed.isEmpty() && somebody.isValid(1));
      }
      awaitReady(names);
    }
  }

  private void awaitReady(List<String> names) {
    Awaitility.await("all are ready")
        .atMost(LIMIT)
        .pollInterval(Duration.ofMillis(200))
        .until(
            () ->
                cluster
                        .client()
                        .resources(PostgresDatabase.class)
                        .inNamespace(tenant.namespace())
                        .list()
                        .getItems()
                        .stream()
                        .filter(
                            found ->
                                Conditions.isTrue(
                                    Statuses.of(found).conditions(), ConditionType.READY))
                        .count()
                    == names.size());
  }

  private AutoCloseable watch(Queue<String> stalled, Queue<String> delayed) {
    return WatchedDatabases.in(
        tenant.namespace(),
        cluster.client(),
        database -> {
          Conditions.find(Statuses.of(database).conditions(), ConditionType.READY)
              .filter(ready -> ready.getMessage().contains("trying again"))
              .ifPresent(ready -> delayed.add(ready.getMessage()));
          Conditions.find(Statuses.of(database).conditions(), ConditionType.STALLED)
              .filter(condition -> condition.getStatus().equals("True"))
              .ifPresent(condition -> stalled.add(condition.getMessage()));
        });
  }
}
