package dev.pgdb.postgres.deletion;

import dev.pgdb.testbed.TestPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** While it is stopped, a DROP waits for it, when the best part of it is done. */
record Checkpointer(TestPostgres server, long pid) {

  /** Before PostgreSQL 10 no catalog shows it. */
  static Checkpointer of(TestPostgres server) {
    long pid =
        ProcessHandle.of(server.postmasterPid())
            .orElseThrow()
            .children()
            .mapToLong(ProcessHandle::pid)
            .filter(child -> title(child).contains("checkpointer"))
            .findFirst()
            .orElseThrow();
    return new Checkpointer(server, pid);
  }

  void stop() {
    server.signal("STOP", pid);
  }

  void goOn() {
    server.signal("CONT", pid);
  }

  /**
   * Waits for a DROP that waits for us.
   *
   * @return the backend that runs it
   */
  long awaitDrop() {
    return Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(this::dropsThatHaveBegun, drops -> !drops.isEmpty())
        .getFirst();
  }

  private List<Long> dropsThatHaveBegun() throws SQLException {
    return new Catalog(server)
            .rows(
                "SELECT DISTINCT pid FROM pg_locks WHERE locktype = 'object' AND granted"
                    + " AND mode = 'AccessExclusiveLock' AND classid = 'pg_database'::regclass")
            .stream()
            .map(Long::valueOf)
            .toList();
  }

  private static String title(long pid) {
    try {
      return Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
    } catch (IOException e) {
      return ""; // it has ended
    }
  }
}
