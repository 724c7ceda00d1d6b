package dev.pgdb.operator;

import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What a server says of a database, whatever it is called. */
record Catalog(TestPostgres postgres) {
  long oidOf(String name) throws SQLException {
    return Long.parseLong(
        postgres.ask("postgres", "SELECT oid FROM pg_database WHERE datname = '" + name + "'"));
  }

  /** Empty where there is none with this OID. */
  Optional<String> nameOf(long oid) throws SQLException {
    return ask("datname", oid);
  }

  String commentOf(long oid) throws SQLException {
    return ask("coalesce(shobj_description(oid, 'pg_database'), '')", oid).orElseThrow();
  }

  String aclOf(long oid) throws SQLException {
    return ask("coalesce(datacl::text, '')", oid).orElseThrow();
  }

  /** All that a deletion changes before the DROP, but the comment. */
  String stateOf(long oid) throws SQLException {
    return ask(
            "concat_ws(' | ', datname, datallowconn, datistemplate, datconnlimit,"
                + " coalesce(datacl::text, 'no ACL'))",
            oid)
        .orElseThrow();
  }

  /** Whether it lets anybody in. */
  boolean lets(long oid) throws SQLException {
    return ask("datallowconn::text", oid).orElseThrow().equals("true");
  }

  /** The names of all that belong to a resource, or are about to. */
  List<String> claimed() throws SQLException {
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT datname FROM pg_database WHERE datname LIKE 'pgdb\\_%'"
                    + " OR shobj_description(oid, 'pg_database') LIKE '%pgdb.dev: %'")) {
      var names = new ArrayList<String>();
      while (rows.next()) {
        names.add(rows.getString(1));
      }
      return names;
    }
  }

  private Optional<String> ask(String what, long oid) throws SQLException {
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery("SELECT " + what + " FROM pg_database WHERE oid = " + oid)) {
      return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
    }
  }
}
