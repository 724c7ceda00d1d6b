package dev.pgdb.bench;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Locale;

/** What a figure is worth nothing without. */
final class Machine {
  private Machine() {}

  static String describe(
      TestPostgres postgres, ControlPlane cluster, Baseline baseline, int rounds, int manyRounds)
      throws SQLException, IOException {
    return String.format(
        Locale.ROOT,
        """
        %s, %d cores (%s), load average %.1f at the end, Linux %s; PostgreSQL %s (fsync %s), \
        Kubernetes %s (etcd without fsync), Java %s, %s; %d rounds of one database, %d of many.
        """,
        LocalDate.now(ZoneOffset.UTC),
        Runtime.getRuntime().availableProcessors(),
        processor(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        System.getProperty("os.version"),
        setting(postgres, "server_version"),
        setting(postgres, "fsync"),
        cluster.client().getKubernetesVersion().getGitVersion(),
        System.getProperty("java.version"),
        switch (baseline) {
          case Baseline.Dropdb dropdb -> dropdb.version();
          case Baseline.RawSql sql -> "dropdb is passed over: " + sql.why();
        },
        rounds,
        manyRounds);
  }

  private static String processor() throws IOException {
    Path file = Path.of("/proc/cpuinfo");
    if (!Files.isReadable(file)) {
      return System.getProperty("os.arch");
    }
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith("model name"))
        .map(line -> line.replaceFirst("^[^:]*:\\s*", ""))
        .findFirst()
        .orElse(System.getProperty("os.arch"));
  }

  private static String setting(TestPostgres postgres, String name) throws SQLException {
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SHOW " + name)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
