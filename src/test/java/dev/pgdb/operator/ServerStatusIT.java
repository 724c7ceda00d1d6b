package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.api.PostgresServer;
import dev.pgdb.api.PostgresServerStatus;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a PostgresServer says of its server and of the admin is so, and kubectl shows it. */
@OnEachServer
class ServerStatusIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final Tenant tenant = new Tenant(cluster);
  private final Kubectl kubectl = new Kubectl(cluster, tenant);
  private final TestPostgres postgres;
  private final AdminKind admin;

  ServerStatusIT(String release, AdminKind admin) {
    postgres = TestPostgres.shared(release);
    this.admin = admin;
  }

  @Test
  void saysWhichServerItIsAndWhatTheAdminMayDo() throws Exception {
    String database = tenant.namespace() + "-seen";
    admin.applyServer(tenant, postgres);

    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", database));

    PostgresServerStatus status =
        await("it counts the database")
            .atMost(SOON)
            .until(this::status, found -> Objects.equals(found.databases(), 1));
    assertThat(status.version()).startsWith(postgres.release() + ".");
    assertThat(status.systemIdentifier())
        .isEqualTo(postgres.ask("postgres", "SELECT system_identifier FROM pg_control_system()"));
    boolean superuser = admin == AdminKind.SUPERUSER;
    assertThat(status.admin())
        .isEqualTo(
            new dev.pgdb.api.AdminRights(
                tenant.namespace() + "-admin", superuser, true, true, superuser));
    assertThat(columns("postgresservers"))
        .containsExactly(
            List.of("NAME", "READY", "STATUS", "HOST", "VERSION", "DATABASES", "AGE"),
            List.of(
                "main", "True", "Available", "127.0.0.1", String.valueOf(status.version()), "1"));
    assertThat(columns("postgresdatabases"))
        .containsExactly(
            List.of("NAME", "READY", "STATUS", "DATABASE", "SERVER", "AGE"),
            List.of("orders", "True", "Available", database, "main"));
    assertThat(kubectl.run("get", "postgresdatabases", "-o", "wide"))
        .contains("OID", "SESSIONS LEFT", Long.toString(oid));
    await().atMost(SOON).until(() -> tenant.story("main").contains("Connected"));
    await().atMost(SOON).until(() -> tenant.story("orders").contains("Created"));
  }

  private PostgresServerStatus status() {
    return cluster
        .client()
        .resources(PostgresServer.class)
        .inNamespace(tenant.namespace())
        .withName("main")
        .get()
        .getStatus();
  }

  /** The heads of the columns, and what stands in them, but for the age. */
  private List<List<String>> columns(String plural) throws Exception {
    List<List<String>> lines =
        kubectl.run("get", plural).lines().map(line -> List.of(line.split("\\s+", -1))).toList();
    assertThat(lines).hasSize(2);
    return List.of(lines.getFirst(), lines.get(1).subList(0, lines.getFirst().size() - 1));
  }
}
