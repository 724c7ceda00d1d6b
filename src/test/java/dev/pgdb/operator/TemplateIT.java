package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Only what is meant to be copied is copied, though the admin could copy anything. */
@OnEachServer(diagonal = true)
class TemplateIT extends TenantOnServer {
  private final String name = tenant.namespace() + "-copy";
  private final String original = tenant.namespace() + "-original";

  TemplateIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @Test
  void copiesNoDatabaseThatIsNoTemplate() throws Exception {
    postgres.execute("postgres", "CREATE DATABASE \"" + original + '"');

    apply();

    assertRefused();
    postgres.execute("postgres", "DROP DATABASE \"" + original + '"');
  }

  @Test
  void copiesNoTemplateOfAnotherResource() throws Exception {
    var other = new Tenant(cluster);
    admin.applyServer(other, postgres);
    other.createDatabase("orders", "main", original);
    postgres.execute("postgres", "ALTER DATABASE \"" + original + "\" IS_TEMPLATE true");

    apply();

    assertRefused();
  }

  @Test
  void copiesATemplateThatBelongsToNobody() throws Exception {
    postgres.execute(
        "postgres",
        "CREATE DATABASE \"" + original + '"',
        "ALTER DATABASE \"" + original + "\" IS_TEMPLATE true");

    apply();

    tenant.awaitReady("orders");
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  private void assertRefused() throws Exception {
    assertThat(tenant.awaitStalled("orders", "CreateFailed")).contains("spec.template", original);
    assertThat(
            Bindings.one(postgres, "SELECT count(*) FROM pg_roles WHERE rolname = '" + name + "'"))
        .isEqualTo("0");
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  private void apply() {
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec: {serverRef: {name: main}, databaseName: "%s", template: "%s"}
        """
            .formatted(name, original));
  }
}
