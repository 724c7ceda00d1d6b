package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.ConditionType;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever ends the operator in the middle of a deletion, the next one finishes it. A client that
 * cannot be terminated sees to it that the operator does end in the middle.
 */
class KilledOperatorIT {
  private static final int CLIENTS = 50;
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final Duration SOON = Duration.ofSeconds(60);

  private static ControlPlane cluster;
  private final TestPostgres postgres = TestPostgres.shared("18");

  /** How far a deletion is. */
  enum Moment {
    NOTED,
    CONNECT_REVOKED,
    SESSIONS_TERMINATED;

    boolean isReached(PostgresDatabase database) {
      var status = Statuses.of(database);
      var deletion = status.deletion();
      return switch (this) {
        case NOTED -> deletion != null;
        case CONNECT_REVOKED ->
            Conditions.isTrue(status.conditions(), ConditionType.CONNECT_REVOKED);
        case SESSIONS_TERMINATED ->
            deletion != null
                && deletion.sessionsTerminated() != null
                && deletion.sessionsTerminated() > 0;
      };
    }
  }

  @BeforeAll
  static void startCluster() {
    cluster = ControlPlane.start();
    Crds.install(cluster.client());
  }

  @AfterAll
  static void stopCluster() {
    cluster.close();
  }

  @ParameterizedTest
  @EnumSource
  void finishesTheDeletionAfterTheOperatorWasKilled(Moment moment) throws Exception {
    endsInTheMiddle(moment, OperatorProcessUnderTest::kill);
  }

  @Test
  void finishesTheDeletionAfterTheOperatorWasToldToEnd() throws Exception {
    endsInTheMiddle(
        Moment.SESSIONS_TERMINATED, operator -> assertThat(operator.terminate()).isLessThan(GRACE));
  }

  /** How an operator ends. */
  @FunctionalInterface
  private interface Ending {
    void end(OperatorProcessUnderTest operator);
  }

  private void endsInTheMiddle(Moment moment, Ending ending) throws Exception {
    var tenant = new Tenant(cluster);
    tenant.applyServer("main", postgres);
    String name = tenant.namespace() + "-killed";
    try (var operator = OperatorProcessUnderTest.start(cluster)) {
      tenant.createDatabase(name, "main", null);
      try (var clients =
          ReconnectingClients.against(postgres, name).mixed(CLIENTS).prepareRoles().start()) {
        clients.awaitAllConnected(SOON);
        long deaf = anySessionIn(name);
        postgres.signal("STOP", deaf);

        tenant.delete(name);
        Awaitility.await(moment.toString())
            .atMost(SOON)
            .pollInterval(Duration.ofMillis(5))
            .until(() -> tenant.get(name), found -> found != null && moment.isReached(found));
        ending.end(operator);
        postgres.signal("CONT", deaf);

        assertThat(tenant.get(name)).isNotNull();
        try (var next = OperatorProcessUnderTest.start(cluster)) {
          tenant.awaitGone(name);
          assertThat(next.get("/livez").statusCode()).isEqualTo(200);
        }
        assertThat(count("SELECT count(*) FROM pg_database WHERE datname = '" + name + "'"))
            .isZero();
        assertThat(clients.connected()).isZero();
        Awaitility.await()
            .atMost(Duration.ofSeconds(60))
            .until(() -> clients.refusedClients() == CLIENTS);
      }
    }
  }

  private long anySessionIn(String database) throws SQLException {
    return count("SELECT min(pid) FROM pg_stat_activity WHERE datname = '" + database + "'");
  }

  private long count(String query) throws SQLException {
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    }
  }
}
