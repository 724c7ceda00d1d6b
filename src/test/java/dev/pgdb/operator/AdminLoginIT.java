package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The admin's password changes on the server and in its Secret while the operator runs. */
@OnEachServer(diagonal = true)
class AdminLoginIT extends TenantOnServer {
  private static final Duration SOON = Duration.ofSeconds(60);

  AdminLoginIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @Test
  void aDeletionGoesOnWhenTheSecretHasTheNewPassword() throws Exception {
    long oid =
        Tenant.oidOf(tenant.createDatabase("orders", "main", tenant.namespace() + "-orders"));
    changePassword();
    tenant.delete("orders");
    assertThat(tenant.awaitStalled("orders", "LoginFailed"))
        .contains("127.0.0.1:" + postgres.port())
        .doesNotContain(AdminKind.PASSWORD);

    tenant.applyAdminSecret("main", adminRole(), "second secret");

    tenant.awaitGone("orders");
    assertThat(postgres.isThere(oid)).isFalse();
    await()
        .atMost(SOON)
        .until(
            () -> tenant.serverCondition("main").map(Condition::getReason).orElse(""),
            "Available"::equals);
  }

  private void changePassword() throws SQLException {
    String role = adminRole();
    postgres.execute(
        "postgres",
        "ALTER ROLE \"" + role + "\" PASSWORD 'second secret'",
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = '" + role + "'");
  }
}
