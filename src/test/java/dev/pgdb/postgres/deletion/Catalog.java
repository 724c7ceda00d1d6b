package dev.pgdb.postgres.deletion;

import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What pg_database says, asked by a superuser who has no part in the deletion. */
record Catalog(TestPostgres server) {

  long oid(String name) throws SQLException {
    return Long.parseLong(
        rows("SELECT oid FROM pg_database WHERE datname = '" + name + "'").getFirst());
  }

  /** The name of the database with this OID, if there is one. */
  List<String> named(long oid) throws SQLException {
    return rows("SELECT datname FROM pg_database WHERE oid = " + oid);
  }

  /** All that a deletion changes of a database, the CONNECT privileges as a set. */
  List<String> state(long oid) throws SQLException {
    return rows(
        """
        SELECT concat_ws(' | ', datname, datallowconn, datistemplate, datconnlimit,
          shobj_description(oid, 'pg_database'),
          (SELECT string_agg(g, ', ' ORDER BY g) FROM (
             SELECT concat_ws(' ', grantee::regrole, grantor::regrole, privilege_type, is_grantable)
             FROM aclexplode(coalesce(datacl, acldefault('d', datdba)))) AS grants(g)))
        FROM pg_database WHERE oid = %d
        """
            .formatted(oid));
  }

  /** The transactions that are prepared in it. */
  List<String> prepared(long oid) throws SQLException {
    return rows(
        "SELECT gid FROM pg_prepared_xacts JOIN pg_database d ON datname = database WHERE d.oid = "
            + oid);
  }

  List<String> rows(String sql) throws SQLException {
    try (var connection = server.connect("postgres");
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      var result = new ArrayList<String>();
      while (rows.next()) {
        result.add(rows.getString(1));
      }
      return result;
    }
  }
}
