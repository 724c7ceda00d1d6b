package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** With a drain, sessions may end by themselves before they are terminated. */
class DrainIT {
  private static final int CLIENTS = 8;
  private static final Duration DRAIN = Duration.ofSeconds(5);
  private static final Duration SOON = Duration.ofSeconds(60);

  /** Less than the longest pause between two looks. */
  private static final Duration AT_ONCE = Duration.ofSeconds(8);

  private final Tenant tenant = new Tenant(OperatorUnderTest.start());
  private final String database = tenant.namespace() + "-drained";

  @ParameterizedTest
  @ValueSource(strings = {"9.6", "13", "18"})
  void letsSessionsFinishRefusesNewOnesAndTerminatesTheRestOnTime(String release) throws Exception {
    var postgres = TestPostgres.shared(release);
    create(postgres, DRAIN.toSeconds() + "s");
    var finishes = postgres.connect(database);
    try (var clients =
        ReconnectingClients.against(postgres, database).mixed(CLIENTS).prepareRoles().start()) {
      clients.awaitAllConnected(SOON);
      Instant start = Instant.now();
      tenant.delete("orders");
      tenant.awaitReason("orders", "WaitingForSessions");

      try (finishes;
          var last = finishes.createStatement()) {
        last.execute("SELECT pg_sleep(2)");
      }

      assertThatThrownBy(() -> postgres.connect(database))
          .isInstanceOfSatisfying(
              SQLException.class, refused -> assertThat(refused.getSQLState()).isEqualTo("55000"));
      assertThat(clients.losses()).isEmpty();
      tenant.awaitGone("orders");
      assertThat(Duration.between(start, Instant.now()))
          .isBetween(DRAIN.minusSeconds(1), DRAIN.plusSeconds(15));
      Awaitility.await("every client has lost its session")
          .atMost(SOON)
          .until(() -> losses(clients) == CLIENTS);
    }
  }

  @Test
  void goesOnAsSoonAsTheLastSessionHasEnded() throws Exception {
    var postgres = TestPostgres.shared("18");
    create(postgres, "1h");
    Instant ended;
    try (var finishes = postgres.connect(database)) {
      tenant.delete("orders");
      tenant.awaitReason("orders", "WaitingForSessions");
      assertThat(finishes.isValid(1)).isTrue();
      ended = Instant.now();
    }

    tenant.awaitGone("orders");

    assertThat(Duration.between(ended, Instant.now())).isLessThan(AT_ONCE);
  }

  /** A DROP waits for sessions for five seconds, and fails while there are any. */
  @Test
  void endsNobodySoonerSinceSomebodyElseTriesToDropTheDatabase() throws Exception {
    var postgres = TestPostgres.shared("18");
    create(postgres, "1h");
    try (var works = postgres.connect(database)) {
      tenant.delete("orders");
      tenant.awaitReason("orders", "WaitingForSessions");

      assertThatThrownBy(() -> postgres.execute("postgres", "DROP DATABASE \"" + database + "\""))
          .isInstanceOfSatisfying(
              SQLException.class, refused -> assertThat(refused.getSQLState()).isEqualTo("55006"));

      assertThat(works.isValid(5)).isTrue();
      assertThat(tenant.get("orders")).isNotNull();
    }
    tenant.awaitGone("orders");
  }

  private static long losses(ReconnectingClients clients) {
    return clients.losses().values().stream().mapToLong(Long::longValue).sum();
  }

  private void create(TestPostgres postgres, String drain) {
    tenant.applyServer("main", postgres);
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec: {serverRef: {name: main}, databaseName: "%s", deletion: {drain: %s}}
        """
            .formatted(database, drain));
    tenant.awaitReady("orders");
  }
}
