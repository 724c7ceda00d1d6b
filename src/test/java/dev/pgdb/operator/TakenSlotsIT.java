package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ClientKind;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients of another database have taken every connection slot, and do not give them back. */
class TakenSlotsIT {
  /** A few more than the server has slots. */
  private static final int CROWD = 260;

  private static final int CLIENTS = 4;
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Tenant tenant = new Tenant(OperatorUnderTest.start());

  @ParameterizedTest
  @ValueSource(strings = {"9.6", "18"})
  @SuppressWarnings("try") // that the crowd is there is all that is asked of it
  void dropsTheDatabaseWithTheSessionsThatItHas(String release) throws Exception {
    try (var postgres = TestPostgres.start(release)) {
      tenant.applyServer("main", postgres);
      long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", null));
      try (var clients =
          ReconnectingClients.against(postgres, "orders").mixed(CLIENTS).prepareRoles().start()) {
        clients.awaitAllConnected(SOON);
        try (var crowd =
            ReconnectingClients.against(postgres, "template1")
                .with(CROWD, ClientKind.SUPERUSER)
                .percentPooled(0)
                .prepareRoles()
                .start()) {
          awaitFull(postgres);

          tenant.delete("orders");

          tenant.awaitGone("orders");
          awaitFull(postgres); // still
        }
      }
      Awaitility.await("it is gone, once somebody can look again")
          .atMost(SOON)
          .ignoreExceptionsInstanceOf(SQLException.class)
          .until(() -> !postgres.isThere(oid));
      assertThat(tenant.story("orders")).contains("Dropped").doesNotContain("Blocked");
    }
  }

  private static void awaitFull(TestPostgres postgres) {
    Awaitility.await("no slot is free").atMost(SOON).until(() -> isFull(postgres));
  }

  @SuppressWarnings("try") // that a login succeeds is all that is asked
  private static boolean isFull(TestPostgres postgres) throws SQLException {
    try (var one = postgres.connect("postgres")) {
      return false;
    } catch (SQLException e) {
      return "53300".equals(e.getSQLState());
    }
  }
}
