package dev.pgdb.postgres;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The queries that a session asks again and again. To plan them takes the server several times as
 * long as to answer them, so it keeps their plans. The driver would do that by itself, but sends
 * queries that it has prepared one by one.
 */
final class PreparedQueries {
  private final Map<String, String> names = new HashMap<>(); // by template
  private int count;

  /** What asks all of them in one round trip, or in two where some are new to the session. */
  Sql calls(List<Sql> queries, AdminSession session) throws SQLException {
    var fresh = new LinkedHashMap<String, String>();
    var preparations = new ArrayList<Sql>();
    for (Sql query : queries) {
      if (!names.containsKey(query.template()) && !fresh.containsKey(query.template())) {
        // Tells what it is for, should somebody let several sessions of ours share one of theirs.
        String name = "pgdb_" + Integer.toHexString(query.template().hashCode()) + "_" + ++count;
        fresh.put(query.template(), name);
        preparations.add(query.prepare(name));
      }
    }
    if (!preparations.isEmpty()) {
      prepare(preparations, session);
      names.putAll(fresh);
    }
    return Sql.sequence(
        queries.stream().map(query -> query.executePrepared(nameOf(query))).toList());
  }

  /** Where one fails, those before it stay, and nobody would use them. */
  private void prepare(List<Sql> preparations, AdminSession session) throws SQLException {
    try {
      session.execute(Sql.sequence(preparations));
    } catch (SQLException e) {
      forgetAll(session);
      throw e;
    }
  }

  private void forgetAll(AdminSession session) {
    names.clear();
    try {
      session.execute(Sql.of("DEALLOCATE ALL"));
    } catch (SQLException e) {
      session.close();
    }
  }

  private String nameOf(Sql query) {
    return names.getOrDefault(query.template(), "");
  }
}
