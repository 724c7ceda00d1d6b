package dev.pgdb.bench;

import dev.pgdb.testbed.TestPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What PostgreSQL itself has to offer: {@code dropdb --force}, or SQL where that does not exist.
 */
sealed interface Baseline extends Contestant {

  static Baseline on(TestPostgres postgres) throws Exception {
    if (versionNumber(postgres) < 130_000) {
      return new RawSql(postgres, "PostgreSQL < 13 has no `dropdb --force`");
    }
    Optional<Path> binary = dropdb();
    return binary.isPresent()
        ? new Dropdb(postgres, binary.get())
        : new RawSql(postgres, "no `dropdb` is on the PATH");
  }

  private static int versionNumber(TestPostgres postgres) throws Exception {
    try (var connection = postgres.connect("postgres")) {
      return connection.getMetaData().getDatabaseMajorVersion() * 10_000;
    }
  }

  /** The program itself: Debian's on the PATH is a Perl script around it, which takes its time. */
  private static Optional<Path> dropdb() throws IOException {
    var onPath =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
            .map(folder -> Path.of(folder, "dropdb"))
            .filter(Files::isExecutable)
            .findFirst();
    if (onPath.isEmpty() || !onPath.get().toRealPath().endsWith("pg_wrapper")) {
      return onPath;
    }
    try (Stream<Path> releases = Files.list(Path.of("/usr/lib/postgresql"))) {
      return releases
          .map(release -> release.resolve("bin/dropdb"))
          .filter(Files::isExecutable)
          .max(Comparator.naturalOrder())
          .or(() -> onPath);
    }
  }

  /** {@code dropdb --force}, from its start to its end. */
  record Dropdb(TestPostgres postgres, Path binary) implements Baseline {
    @Override
    public String title() {
      return "`dropdb --force`";
    }

    @Override
    public void create(String name) throws Exception {
      postgres.execute("postgres", "CREATE DATABASE \"" + name + "\" OWNER " + OWNER);
    }

    @Override
    public Duration delete(String name) throws Exception {
      var command =
          new ProcessBuilder(
                  List.of(
                      binary.toString(),
                      "--force",
                      "--no-password",
                      "--host=" + postgres.host(),
                      "--port=" + postgres.port(),
                      "--username=" + postgres.superuser(),
                      name))
              .redirectErrorStream(true);
      command.environment().put("PGPASSWORD", postgres.password());
      long start = System.nanoTime();
      var process = command.start();
      int status = process.waitFor();
      long end = System.nanoTime();
      if (status != 0) {
        throw new IllegalStateException(
            new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
      }
      return Duration.ofNanos(end - start);
    }

    String version() throws IOException {
      var process = new ProcessBuilder(binary.toString(), "--version").start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    }
  }

  /**
   * What a script does: closes the door, ends the sessions, drops, until that has worked. The
   * session it needs is opened within the time, as that of dropdb is.
   */
  record RawSql(TestPostgres postgres, String why) implements Baseline {
    private static final int ATTEMPTS = 1000;
    private static final String OBJECT_IN_USE = "55006";

    @Override
    public String title() {
      return "SQL: `ALLOW_CONNECTIONS false`, terminate until none is left, `DROP`";
    }

    @Override
    public void create(String name) throws Exception {
      postgres.execute("postgres", "CREATE DATABASE \"" + name + "\" OWNER " + OWNER);
    }

    @Override
    public Duration delete(String name) throws Exception {
      long start = System.nanoTime();
      try (var connection = postgres.connect("postgres");
          var statement = connection.createStatement()) {
        statement.execute("ALTER DATABASE \"" + name + "\" ALLOW_CONNECTIONS false");
        for (int attempt = 1; !dropped(statement, name); attempt++) {
          if (attempt == ATTEMPTS) {
            throw new IllegalStateException(name + " was not dropped in " + attempt + " attempts");
          }
          Thread.sleep(10);
        }
      }
      return Duration.ofNanos(System.nanoTime() - start);
    }

    /** DROP waits five seconds for sessions to leave, so it is not sent while there are any. */
    private static boolean dropped(Statement statement, String name) throws SQLException {
      String end =
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'";
      try (var told = statement.executeQuery(end)) {
        if (told.next()) {
          return false;
        }
      }
      try {
        statement.execute("DROP DATABASE \"" + name + "\"");
        return true;
      } catch (SQLException e) {
        if (OBJECT_IN_USE.equals(e.getSQLState())) {
          return false; // a client that was still starting up
        }
        throw e;
      }
    }
  }
}
