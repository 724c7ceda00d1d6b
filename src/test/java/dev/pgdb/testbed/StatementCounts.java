package dev.pgdb.testbed;

import dev.pgdb.testbed.TestPostgres.StopMode;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/** How often each statement was sent to a server, as pg_stat_statements counts them. */
public final class StatementCounts {
  private static final String MINE = "pg_stat_statements";
  private final TestPostgres postgres;

  private StatementCounts(TestPostgres postgres) {
    this.postgres = postgres;
  }

  /** Stops the server and starts it again for it. */
  public static StatementCounts on(TestPostgres postgres) throws SQLException {
    postgres.execute("postgres", "ALTER SYSTEM SET shared_preload_libraries = pg_stat_statements");
    postgres.stop(StopMode.FAST);
    postgres.startAgain();
    postgres.execute("postgres", "CREATE EXTENSION pg_stat_statements");
    return new StatementCounts(postgres);
  }

  /** Forgets what was sent so far. */
  public void reset() throws SQLException {
    postgres.execute("postgres", "SELECT pg_stat_statements_reset()");
  }

  /** How many statements a role has sent. */
  public long by(String role) throws SQLException {
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT coalesce(sum(calls), 0) FROM pg_stat_statements WHERE userid = '"
                    + role
                    + "'::regrole")) {
      rows.next();
      return rows.getLong(1);
    }
  }

  /** Of each statement, with its literals left out, but for what drivers send at a login. */
  public Map<String, Long> all() throws SQLException {
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT query, sum(calls) FROM pg_stat_statements WHERE query NOT LIKE '%"
                    + MINE
                    + "%' AND query NOT LIKE 'SET %' GROUP BY query ORDER BY 2 DESC")) {
      var counts = new LinkedHashMap<String, Long>();
      while (rows.next()) {
        counts.put(rows.getString(1), rows.getLong(2));
      }
      return counts;
    }
  }
}
