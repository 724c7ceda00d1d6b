package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.Condition;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The admin's password changes on the server and in its Secret while the operator runs. */
class AdminLoginIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final Tenant tenant = new Tenant(cluster);
  private final String role = tenant.namespace() + "-admin";

  @ParameterizedTest
  @ValueSource(strings = {"13", "18"})
  void aDeletionGoesOnWhenTheSecretHasTheNewPassword(String release) throws Exception {
    var postgres = TestPostgres.shared(release);
    postgres.execute(
        "postgres", "CREATE ROLE \"" + role + "\" LOGIN SUPERUSER PASSWORD 'first secret'");
    tenant.applyServer("main", postgres.port(), role, "first secret");
    long oid =
        Tenant.oidOf(tenant.createDatabase("orders", "main", tenant.namespace() + "-orders"));
    changePassword(postgres);
    tenant.delete("orders");
    assertThat(tenant.awaitStalled("orders", "LoginFailed"))
        .contains("127.0.0.1:" + postgres.port())
        .doesNotContain("first secret");

    tenant.applyAdminSecret("main", role, "second secret");

    tenant.awaitGone("orders");
    assertThat(postgres.isThere(oid)).isFalse();
    await()
        .atMost(SOON)
        .until(
            () -> tenant.serverCondition("main").map(Condition::getReason).orElse(""),
            "Available"::equals);
  }

  private void changePassword(TestPostgres postgres) throws SQLException {
    postgres.execute(
        "postgres",
        "ALTER ROLE \"" + role + "\" PASSWORD 'second secret'",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + role + "'");
  }
}
