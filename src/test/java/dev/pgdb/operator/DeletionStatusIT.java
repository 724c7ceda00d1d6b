package dev.pgdb.operator;

import static dev.pgdb.api.ConditionType.CONNECT_REVOKED;
import static dev.pgdb.api.ConditionType.DROPPED;
import static dev.pgdb.api.ConditionType.SESSIONS_TERMINATED;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.ConditionType;
import dev.pgdb.api.DeletionStatus;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresDatabaseStatus;
import dev.pgdb.api.SessionStatus;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;

/** Each write to the status of a deletion is a step forward that people can follow. */
class DeletionStatusIT {
  private static final int CLIENTS = 12;
  private static final int SHOWN = 10;
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final TestPostgres postgres = TestPostgres.shared("18");
  private final Tenant tenant = new Tenant(cluster);
  private final String database = tenant.namespace() + "-watched";

  @Test
  @SuppressWarnings("try") // the watch sees to itself
  void conditionsBecomeTrueOneAfterTheOtherAndTheCountsMove() throws Exception {
    create();
    var written = new ConcurrentLinkedQueue<PostgresDatabase>();
    try (var watch = WatchedDatabases.in(tenant.namespace(), cluster.client(), written::add);
        var clients =
            ReconnectingClients.against(postgres, database).mixed(CLIENTS).prepareRoles().start()) {
      clients.awaitAllConnected(SOON);
      tenant.delete("orders");
      PostgresDatabase draining = tenant.awaitReason("orders", "WaitingForSessions");

      patchDeletion("{\"drain\":\"0s\"}");

      tenant.awaitGone("orders");
      showsWhoIsLeft(draining);
    }
    showsEachStep(written.stream().filter(PostgresDatabase::isMarkedForDeletion).toList());
  }

  @Test
  void showsTenThingsOfATypeThatAreInTheWayAndSaysHowManyThereAre() throws Exception {
    create();
    patchDeletion("{\"drain\":\"0s\",\"subscriptions\":\"Wait\"}");
    var subscriptions = new String[SHOWN + 2];
    for (int i = 0; i < subscriptions.length; i++) {
      subscriptions[i] =
          "CREATE SUBSCRIPTION s"
              + i
              + " CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false, slot_name = NONE)";
    }
    postgres.execute(database, subscriptions);

    tenant.delete("orders");

    assertThat(tenant.awaitStalled("orders", "Blocked")).contains("and " + (SHOWN + 1) + " more");
    assertThat(deletion(requireNonNull(tenant.get("orders"))).blockers()).hasSize(SHOWN);
    patchDeletion("{\"subscriptions\":\"Drop\"}");
    tenant.awaitGone("orders");
  }

  /** The door is closed, and nobody is ended before the time of spec.deletion.drain is over. */
  private void showsWhoIsLeft(PostgresDatabase draining) {
    assertThat(isTrue(draining, CONNECT_REVOKED)).isTrue();
    assertThat(isTrue(draining, SESSIONS_TERMINATED)).isFalse();
    assertThat(message(draining, SESSIONS_TERMINATED)).contains(CLIENTS + " sessions are left");
    DeletionStatus deletion = deletion(draining);
    assertThat(deletion.startedAt()).isEqualTo(draining.getMetadata().getDeletionTimestamp());
    assertThat(deletion.sessionsTerminated()).isZero();
    assertThat(deletion.sessionsLeft()).isEqualTo(CLIENTS);
    assertThat(deletion.sessions()).hasSize(SHOWN);
    assertThat(deletion.sessions())
        .allSatisfy(
            session -> {
              assertThat(session.pid()).isPositive();
              assertThat(session.backend()).isEqualTo("client backend");
              assertThat(session.role()).startsWith("client_");
              assertThat(session.client()).contains("127.0.0.1");
              assertThat(session.since()).isNotBlank();
            });
    assertThat(deletion.sessions()).extracting(SessionStatus::pid).doesNotHaveDuplicates();
  }

  private void showsEachStep(List<PostgresDatabase> written) {
    assertThat(steps(written, CONNECT_REVOKED)).containsExactly(false, true);
    assertThat(steps(written, SESSIONS_TERMINATED)).containsExactly(false, true);
    assertThat(steps(written, DROPPED)).containsExactly(false);
    assertThat(firstTrue(written, CONNECT_REVOKED))
        .isLessThan(firstTrue(written, SESSIONS_TERMINATED));
    List<DeletionStatus> counts =
        written.stream().filter(one -> status(one).deletion() != null).map(this::deletion).toList();
    assertThat(counts)
        .extracting(DeletionStatus::startedAt)
        .containsOnly(counts.getFirst().startedAt());
    assertThat(counts).extracting(DeletionStatus::passes).isSorted();
    assertThat(counts).extracting(DeletionStatus::sessionsTerminated).isSorted();
    DeletionStatus last = counts.getLast();
    assertThat(requireNonNull(last.passes())).isGreaterThan(1);
    assertThat(requireNonNull(last.sessionsTerminated())).isGreaterThanOrEqualTo(CLIENTS);
    assertThat(last.sessionsLeft()).isZero();
    assertThat(last.sessions()).isEmpty();
    assertThat(requireNonNull(last.original()).name()).isEqualTo(database);
  }

  /** The values of a condition in the order in which they were written, each once in a row. */
  private static List<Boolean> steps(List<PostgresDatabase> written, ConditionType type) {
    var steps = new ArrayList<Boolean>();
    for (PostgresDatabase one : written) {
      boolean now = isTrue(one, type);
      if (Conditions.find(status(one).conditions(), type).isPresent()
          && (steps.isEmpty() || steps.getLast() != now)) {
        steps.add(now);
      }
    }
    return steps;
  }

  private static int firstTrue(List<PostgresDatabase> written, ConditionType type) {
    for (int i = 0; i < written.size(); i++) {
      if (isTrue(written.get(i), type)) {
        return i;
      }
    }
    throw new AssertionError(type + " never became true");
  }

  private static boolean isTrue(PostgresDatabase one, ConditionType type) {
    return Conditions.isTrue(status(one).conditions(), type);
  }

  private static String message(PostgresDatabase one, ConditionType type) {
    return Conditions.find(status(one).conditions(), type).map(Condition::getMessage).orElseThrow();
  }

  private static PostgresDatabaseStatus status(PostgresDatabase one) {
    return Statuses.of(one);
  }

  private DeletionStatus deletion(PostgresDatabase one) {
    return requireNonNull(status(one).deletion());
  }

  private void create() {
    tenant.applyServer("main", postgres);
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec: {serverRef: {name: main}, databaseName: "%s", deletion: {drain: 1h}}
        """
            .formatted(database));
    tenant.awaitReady("orders");
  }

  private void patchDeletion(String deletion) {
    cluster
        .client()
        .resource(requireNonNull(tenant.get("orders")))
        .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"deletion\":" + deletion + "}}");
  }
}
