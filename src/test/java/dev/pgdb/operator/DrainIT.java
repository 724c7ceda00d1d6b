package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

/** With a drain, sessions may end by themselves before they are terminated. */
class DrainIT {
  private static final Duration DRAIN = Duration.ofSeconds(5);

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final TestPostgres postgres = TestPostgres.shared("18");
  private final Tenant tenant = new Tenant(cluster);
  private final String database = tenant.namespace() + "-drained";

  @Test
  void letsSessionsFinishRefusesNewOnesAndTerminatesTheRestOnTime() throws Exception {
    tenant.applyServer("main", postgres);
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec: {serverRef: {name: main}, databaseName: "%s", deletion: {drain: %ds}}
        """
            .formatted(database, DRAIN.toSeconds()));
    tenant.awaitReady("orders");
    var finishes = postgres.connect(database);
    try (var stays = postgres.connect(database)) {
      Instant start = Instant.now();
      tenant.delete("orders");
      assertThat(tenant.awaitReason("orders", "WaitingForSessions")).isNotNull();

      try (finishes;
          var last = finishes.createStatement()) {
        last.execute("SELECT pg_sleep(2)");
      }

      assertThatThrownBy(() -> postgres.connect(database))
          .isInstanceOfSatisfying(
              SQLException.class, refused -> assertThat(refused.getSQLState()).isEqualTo("55000"));
      assertThat(stays.isValid(1)).isTrue();
      tenant.awaitGone("orders");
      assertThat(Duration.between(start, Instant.now()))
          .isBetween(DRAIN.minusSeconds(1), DRAIN.plusSeconds(15));
      assertThat(stays.isValid(1)).isFalse();
    }
  }
}
