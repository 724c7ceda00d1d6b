package dev.pgdb.operator;

import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;

/** As whom the operator logs in. */
enum AdminKind {
  SUPERUSER,
  /** A role that may create databases and roles, and nothing else. */
  CREATOR;

  private static final String PASSWORD = "let me in";

  /** Applies a PostgresServer with such an admin. */
  void applyServer(Tenant tenant, TestPostgres postgres) throws SQLException {
    if (this == SUPERUSER) {
      tenant.applyServer("main", postgres);
      return;
    }
    String role = tenant.namespace() + "-admin";
    postgres.execute(
        "postgres",
        "CREATE ROLE \"" + role + "\" LOGIN PASSWORD '" + PASSWORD + "' CREATEDB CREATEROLE");
    tenant.applyServer("main", postgres.port(), role, PASSWORD);
  }
}
