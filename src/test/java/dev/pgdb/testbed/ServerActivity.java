package dev.pgdb.testbed;

import static java.util.stream.Collectors.joining;

import java.io.IOException;
import java.sql.SQLException;

/** What the sessions of a server do, for the message of a failed test. */
public final class ServerActivity {
  private ServerActivity() {}

  /** A line for each session and each process, or why there is none. */
  public static String of(TestPostgres server) {
    return "%nSessions of %s:%n%s%nIts processes:%n%s%n"
        .formatted(server, sessions(server), processes(server));
  }

  private static String sessions(TestPostgres server) {
    var lines = new StringBuilder();
    try (var connection = server.connect("postgres");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT concat_ws(' | ', pid, datname, usename, application_name, state,"
                    + " wait_event_type, wait_event, now() - backend_start, left(query, 100))"
                    + " FROM pg_stat_activity ORDER BY backend_start")) {
      while (rows.next()) {
        lines.append(rows.getString(1)).append('\n');
      }
    } catch (SQLException e) {
      lines.append(e.getMessage());
    }
    return lines.toString();
  }

  /** Those whose clients have not logged in yet are nothing but processes. */
  private static String processes(TestPostgres server) {
    try (var ps =
        new ProcessBuilder("ps", "-A", "-o", "ppid=,pid=,stat=,args=").start().inputReader()) {
      long postmaster = server.postmasterPid();
      return ps.lines()
          .filter(line -> line.strip().startsWith(postmaster + " "))
          .collect(joining("\n"));
    } catch (IOException | UnsupportedOperationException e) {
      return e.toString();
    }
  }
}
