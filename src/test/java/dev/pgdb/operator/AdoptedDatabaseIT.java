package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A database that was there before any resource asked for it, with a role that owns it. */
@OnEachServer
class AdoptedDatabaseIT extends TenantOnServer {
  private final String database = tenant.namespace() + "-adopted";
  private final String owner = tenant.namespace() + "-keeper";

  AdoptedDatabaseIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @BeforeEach
  void createADatabaseOfSomebodyElse() throws Exception {
    postgres.execute(
        "postgres",
        "CREATE ROLE \"" + owner + "\"",
        "CREATE DATABASE \"" + database + "\" OWNER \"" + owner + "\"",
        "COMMENT ON DATABASE \"" + database + "\" IS 'ask the shop team'",
        "GRANT CONNECT ON DATABASE \"" + database + "\" TO pg_monitor");
    postgres.execute(database, "CREATE TABLE orders AS SELECT 4711 AS number");
    if (admin == AdminKind.CREATOR && !postgres.release().equals("13")) {
      // Up to 15 CREATEROLE makes itself a member; from 16 on somebody has to let it.
      postgres.execute(
          "postgres", "GRANT \"" + owner + "\" TO \"" + tenant.namespace() + "-admin\"");
    }
  }

  @Test
  void isTouchedByNobodyWhoMayNotAdoptIt() throws Exception {
    List<String> before = rows();

    apply("Refuse", "Drop");

    assertThat(tenant.awaitStalled("orders", "DatabaseExists")).contains(database);
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(rows()).isEqualTo(before);
  }

  @Test
  void keepsItsDataItsGrantsAndItsCommentUntilItIsDropped() throws Exception {
    long oid = catalog.oidOf(database);
    String acl = catalog.aclOf(oid);

    apply("Adopt", "Drop");
    tenant.awaitReady("orders");

    assertThat(postgres.ask(database, "SELECT number FROM orders")).isEqualTo("4711");
    assertThat(catalog.aclOf(oid)).isEqualTo(acl);
    assertThat(catalog.commentOf(oid)).startsWith("ask the shop team").contains("pgdb.dev: ");
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(catalog.nameOf(oid)).isEmpty();
    assertThat(postgres.ask("postgres", roleCount())).isEqualTo("1");
  }

  @Test
  void isAsItWasAfterItWasRetained() throws Exception {
    List<String> before = rows();
    apply("Adopt", "Retain");
    tenant.awaitReady("orders");

    tenant.delete("orders");

    tenant.awaitGone("orders");
    assertThat(rows()).isEqualTo(before);
    assertThat(postgres.ask(database, "SELECT number FROM orders")).isEqualTo("4711");
  }

  /** The role that pgdb made for it goes with the database from one tenant to the next. */
  @Test
  void goesFromOneNamespaceToAnother() throws Exception {
    String shared = database + "-handed-over";
    tenant.apply(manifest("first", shared, shared + "-owner", "Refuse", "Retain"));
    long oid = Tenant.oidOf(tenant.awaitReady("first"));
    tenant.delete("first");
    tenant.awaitGone("first");
    var next = new Tenant(cluster);
    next.applyServer("main", postgres);

    next.apply(manifest("second", shared, shared + "-owner", "Adopt", "Drop"));

    assertThat(Tenant.oidOf(next.awaitReady("second"))).isEqualTo(oid);
    next.delete("second");
    next.awaitGone("second");
    assertThat(catalog.nameOf(oid)).isEmpty();
  }

  private void apply(String existing, String policy) {
    tenant.apply(manifest("orders", database, owner, existing, policy));
  }

  private static String manifest(
      String name, String database, String owner, String existing, String policy) {
    return """
    apiVersion: pgdb.dev/v1
    kind: PostgresDatabase
    metadata: {name: %s}
    spec:
      serverRef: {name: main}
      databaseName: %s
      owner: %s
      existingDatabase: %s
      deletion: {policy: %s}
    """
        .formatted(name, database, owner, existing, policy);
  }

  /** All that the catalogs say of the database and of its owner. */
  private List<String> rows() throws SQLException {
    long oid = catalog.oidOf(database);
    return List.of(
        catalog.nameOf(oid).orElse(""),
        catalog.aclOf(oid),
        catalog.commentOf(oid),
        String.valueOf(catalog.lets(oid)),
        postgres.ask("postgres", roleCount()),
        postgres.ask(
            "postgres",
            "SELECT coalesce(shobj_description(oid, 'pg_authid'), 'none') FROM pg_roles"
                + " WHERE rolname = '"
                + owner
                + "'"));
  }

  private String roleCount() {
    return "SELECT count(*) FROM pg_roles WHERE rolname LIKE '" + owner + "%'";
  }
}
