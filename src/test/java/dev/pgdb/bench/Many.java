package dev.pgdb.bench;

import dev.pgdb.testbed.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Many databases at once, beside as many DROP DATABASE over the same number of connections. */
final class Many {
  private static final int CONNECTIONS = 4; // the default of spec.maxConnections
  private static final int CALLERS = 10;

  private final TestPostgres postgres;
  private final ByResource ours;
  private final int count;

  Many(TestPostgres postgres, ByResource ours, int count) {
    this.postgres = postgres;
    this.ours = ours;
    this.count = count;
  }

  String run(int repetitions) throws Exception {
    var ourTimes = new Series();
    var theirTimes = new Series();
    for (int round = -1; round < repetitions; round++) {
      Duration our = byResource(names("our" + (round + 1)));
      Duration their = bySql(names("their" + (round + 1)));
      System.err.printf(
          "  %d at once, round %d of %d: %d ms beside %d ms%s%n",
          count,
          round + 1,
          repetitions,
          our.toMillis(),
          their.toMillis(),
          round < 0 ? " (warm-up)" : "");
      if (round >= 0) {
        ourTimes.add(our);
        theirTimes.add(their);
      }
    }
    double ratio = ourTimes.median() / theirTimes.median();
    return String.format(
        Locale.ROOT,
        """
        | %1$d | pgdb: first `DELETE` sent to last resource gone | %2$s | |
        | %1$d | `DROP DATABASE` over %3$d connections | %4$s | |
        | | **ratio of the medians** | %5$.2f | | | aim: at most 1.1: %6$s |
        """,
        count,
        ourTimes.cells(),
        CONNECTIONS,
        theirTimes.cells(),
        ratio,
        ratio <= 1.1 ? "**met**" : "**missed**");
  }

  private List<String> names(String prefix) {
    return IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).toList();
  }

  private Duration byResource(List<String> names) throws Exception {
    names.forEach(ours::applyDatabase);
    ours.awaitReady(names);
    postgres.execute("postgres", "CHECKPOINT");
    long start = System.nanoTime();
    inParallel(CALLERS, names, (caller, name) -> ours.requestDeletion(name));
    Duration time = Duration.ofNanos(ours.lastGone(names) - start);
    requireNone();
    return time;
  }

  private Duration bySql(List<String> names) throws Exception {
    for (String name : names) {
      postgres.execute("postgres", "CREATE DATABASE \"" + name + "\" OWNER " + Contestant.OWNER);
    }
    postgres.execute("postgres", "CHECKPOINT");
    var connections = new ArrayList<Connection>();
    try {
      for (int i = 0; i < CONNECTIONS; i++) {
        connections.add(postgres.connect("postgres"));
      }
      long start = System.nanoTime();
      inParallel(CONNECTIONS, names, (caller, name) -> drop(connections.get(caller), name));
      Duration time = Duration.ofNanos(System.nanoTime() - start);
      requireNone();
      return time;
    } finally {
      for (Connection connection : connections) {
        connection.close();
      }
    }
  }

  private static void drop(Connection connection, String name) throws SQLException {
    try (var statement = connection.createStatement()) {
      statement.execute("DROP DATABASE \"" + name + "\"");
    }
  }

  private void requireNone() throws SQLException {
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT count(*) FROM pg_database WHERE datname <> 'postgres'"
                    + " AND datname NOT LIKE 'template_'")) {
      rows.next();
      if (rows.getInt(1) != 0) {
        throw new IllegalStateException(rows.getInt(1) + " databases are left");
      }
    }
  }

  static void inParallel(int callers, List<String> names, Deed deed) throws Exception {
    Queue<String> queue = new ConcurrentLinkedQueue<>(names);
    try (var threads = Executors.newFixedThreadPool(callers)) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < callers; i++) {
        int caller = i;
        running.add(
            threads.submit(
                () -> {
                  for (String name = queue.poll(); name != null; name = queue.poll()) {
                    deed.on(caller, name);
                  }
                  return null;
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
  }

  interface Deed {
    void on(int caller, String name) throws Exception;
  }
}
