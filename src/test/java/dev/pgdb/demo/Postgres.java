package dev.pgdb.demo;

import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.util.Locale;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What the demo does and asks in SQL, as the superuser. */
record Postgres(TestPostgres server, Screen screen) {

  String version() throws SQLException {
    return ask("SHOW server_version");
  }

  long oidOf(String database) throws SQLException {
    return Long.parseLong(ask("SELECT oid FROM pg_database WHERE datname = '" + database + "'"));
  }

  /** What people try first. */
  void dropPlainly(String database) throws SQLException, DemoFailure {
    screen.command("postgres=#", "DROP DATABASE " + database + ";");
    long began = System.nanoTime();
    try {
      server.execute("postgres", "DROP DATABASE " + database);
    } catch (PSQLException e) {
      ServerErrorMessage said = e.getServerErrorMessage();
      if (said == null) {
        throw e;
      }
      screen.line("ERROR:  %s: %s".formatted(said.getSQLState(), said.getMessage()));
      if (said.getDetail() != null) {
        screen.line("DETAIL:  " + said.getDetail());
      }
      double seconds = (System.nanoTime() - began) / 1e9;
      screen.line(String.format(Locale.ROOT, "(it had waited for %.1f s)", seconds));
      return;
    }
    throw new DemoFailure("a plain DROP DATABASE did not fail, so there was nothing to show");
  }

  void showGone(String database, long oid) throws SQLException, DemoFailure {
    String sql =
        "SELECT count(*) FROM pg_database WHERE oid = %d OR datname = '%s'"
            .formatted(oid, database);
    screen.command("postgres=#", sql + ";");
    String count = ask(sql);
    screen.line(count);
    if (!"0".equals(count)) {
      throw new DemoFailure(
          "the resource is gone and database %s is still there".formatted(database));
    }
  }

  private String ask(String sql) throws SQLException {
    try (var connection = server.connect("postgres");
        var statement = connection.createStatement();
        var row = statement.executeQuery(sql)) {
      row.next();
      return row.getString(1);
    }
  }
}
