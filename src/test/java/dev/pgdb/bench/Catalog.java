package dev.pgdb.bench;

import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.util.OptionalLong;

/** What pg_database says: a benchmark of what did not happen would be a fast one. */
final class Catalog {
  private Catalog() {}

  static long oid(TestPostgres postgres, String name) throws SQLException {
    return number(postgres, "SELECT oid FROM pg_database WHERE datname = '" + name + "'")
        .orElseThrow(() -> new IllegalStateException("database " + name + " does not exist"));
  }

  /** A database that is being dropped may have another name; it keeps its OID. */
  static void requireGone(TestPostgres postgres, long oid) throws SQLException {
    if (number(postgres, "SELECT oid FROM pg_database WHERE oid = " + oid).isPresent()) {
      throw new IllegalStateException("the database with OID " + oid + " still exists");
    }
  }

  static OptionalLong number(TestPostgres postgres, String query) throws SQLException {
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      return rows.next() ? OptionalLong.of(rows.getLong(1)) : OptionalLong.empty();
    }
  }
}
