package dev.pgdb.bench;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One thing that pgdb does, and what it costs.
 *
 * @param writtenByOthers how many databases somebody else writes meanwhile
 */
record ScalePhase(
    KubernetesClient client, List<ScaleServer> servers, OperatorJar operator, int writtenByOthers) {
  private static final Pattern MOST_RESIDENT = Pattern.compile("VmHWM:\\s+(\\d+) kB");

  /** What it cost. */
  record Figures(Duration time, ApiWrites writes, long statements, long sessions, long megabytes) {

    /** As cells of a table. */
    String cells(@Nullable Duration raw) {
      double seconds = time.toMillis() / 1e3;
      return String.format(
          Locale.ROOT,
          "%.1f | %s | %d %s | %d | %d | %d MB |",
          seconds,
          raw == null
              ? "|"
              : String.format(
                  Locale.ROOT,
                  "%.1f | %.2f",
                  raw.toMillis() / 1e3,
                  seconds / (raw.toMillis() / 1e3)),
          writes.total(),
          writes.byResource(),
          statements,
          sessions,
          megabytes);
    }
  }

  Figures measure(String what, Deed deed) throws Exception {
    for (ScaleServer server : servers) {
      server.counts().reset();
    }
    ApiWrites before = ApiWrites.now(client);
    try (var sessions = new SessionWatch(servers)) {
      long start = System.nanoTime();
      deed.run();
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      var figures =
          new Figures(
              time,
              settledWrites().since(before, writtenByOthers),
              statements(),
              sessions.most(),
              megabytes());
      System.err.println("  " + what + ": " + figures);
      return figures;
    }
  }

  /** Events are written by the way. */
  private ApiWrites settledWrites() throws InterruptedException {
    ApiWrites before;
    ApiWrites now = ApiWrites.now(client);
    do {
      before = now;
      Thread.sleep(1000);
      now = ApiWrites.now(client);
    } while (!now.equals(before));
    return now;
  }

  private long statements() throws SQLException {
    long sum = 0;
    for (ScaleServer server : servers) {
      sum += server.statements();
    }
    return sum;
  }

  private long megabytes() throws IOException {
    return MOST_RESIDENT
            .matcher(Files.readString(Path.of("/proc/" + operator.pid() + "/status")))
            .results()
            .map(MatchResult::group)
            .map(found -> found.replaceAll("\\D", ""))
            .mapToLong(Long::parseLong)
            .findFirst()
            .orElseThrow()
        / 1024;
  }

  @FunctionalInterface
  interface Deed {
    void run() throws Exception;
  }
}
