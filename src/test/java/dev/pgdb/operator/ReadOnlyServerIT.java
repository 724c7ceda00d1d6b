package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whoever makes a whole server read-only does not want its databases to go. */
class ReadOnlyServerIT {
  private static final int CLIENTS = 8;
  private static final Duration SOON = Duration.ofSeconds(30);

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final Tenant tenant = new Tenant(cluster);

  @ParameterizedTest
  @ValueSource(strings = {"9.6", "13", "18"})
  void touchesNothingUntilItIsReadOnlyNoMore(String release) throws Exception {
    try (var postgres = TestPostgres.start(release)) {
      tenant.applyServer("main", postgres);
      long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", null));
      try (var clients =
          ReconnectingClients.against(postgres, "orders").mixed(CLIENTS).prepareRoles().start()) {
        clients.awaitAllConnected(SOON);
        readOnly(postgres, "on");

        tenant.delete("orders");

        assertThat(tenant.awaitStalled("orders", "ServerNotReady"))
            .contains("127.0.0.1:" + postgres.port(), "the server is read-only", "ALTER SYSTEM");
        assertThat(clients.losses()).isEmpty();
        var catalog = new Catalog(postgres);
        assertThat(catalog.nameOf(oid)).hasValue("orders");
        assertThat(catalog.lets(oid)).isTrue();

        readOnly(postgres, "off");
        tenant.awaitGone("orders");
        assertThat(postgres.isThere(oid)).isFalse();
      }
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"9.6", "18"})
  void dropsWhereOnlyTheAdminRoleReadsByDefault(String release) throws Exception {
    try (var postgres = TestPostgres.start(release)) {
      postgres.execute("postgres", "ALTER ROLE postgres SET default_transaction_read_only = on");
      tenant.applyServer("main", postgres);
      long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", null));

      tenant.delete("orders");

      tenant.awaitGone("orders");
      assertThat(postgres.isThere(oid)).isFalse();
    }
  }

  private static void readOnly(TestPostgres postgres, String value) throws Exception {
    postgres.execute(
        "postgres",
        "ALTER SYSTEM SET default_transaction_read_only = " + value,
        "SELECT pg_reload_conf()");
  }
}
