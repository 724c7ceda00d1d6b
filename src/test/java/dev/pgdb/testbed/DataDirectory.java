package dev.pgdb.testbed;

import dev.pgdb.testbed.Reaper.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;

/** A new PostgreSQL cluster on disk, whose superuser has a password. */
record DataDirectory(Path path) {

  static DataDirectory create(PostgresBinaries binaries, Path folder, int port, String password)
      throws IOException, InterruptedException {
    var data = folder.resolve("data");
    Unprivileged.give(folder);
    initialize(binaries, folder, data, password);
    configure(data, binaries.release(), port);
    return new DataDirectory(data);
  }

  /** A copy of it, made while no server is on it, for a standby that streams from that server. */
  DataDirectory copyForStandby(Path folder, String host, PostgresHost primary)
      throws IOException, InterruptedException {
    Unprivileged.give(folder);
    var copy = folder.resolve("data");
    copy(path, copy, folder);
    copy(copy.resolve("PG_VERSION"), copy.resolve("standby.signal"), folder); // any file does
    Files.writeString(
        copy.resolve("postgresql.conf"),
        """
        listen_addresses = '%s'
        primary_conninfo = 'host=%s port=%d user=%s password=%s'
        """
            .formatted(
                host,
                primary.host(),
                primary.port(),
                primary.superuser(),
                quoted(primary.password())),
        StandardOpenOption.APPEND);
    return new DataDirectory(copy);
  }

  /** For a connection string that is a setting: each has its own escapes. */
  private static String quoted(String text) {
    return "''" + text.replace("'", "\\\\''") + "''";
  }

  private static void copy(Path from, Path to, Path folder)
      throws IOException, InterruptedException {
    var command = List.of("cp", "-a", from.toString(), to.toString()); // owners and modes as well
    var cp = ChildProcess.start(command, folder.resolve("cp.log"), Ending.TERM);
    if (cp.process().waitFor() != 0) {
      throw new IllegalStateException("cp failed:\n" + cp.lastWords());
    }
  }

  private static void initialize(PostgresBinaries binaries, Path folder, Path data, String password)
      throws IOException, InterruptedException {
    var passwordFile = Files.writeString(folder.resolve("password"), password);
    Unprivileged.give(passwordFile);
    var command =
        List.of(
            binaries.program("initdb").toString(),
            "--pgdata=" + data,
            "--username=postgres",
            "--pwfile=" + passwordFile,
            "--auth=" + (binaries.release().equals("9.6") ? "md5" : "scram-sha-256"),
            "--encoding=UTF8",
            "--locale=C",
            "--nosync"); // only of these first files
    var initdb =
        ChildProcess.start(
            Unprivileged.command(command), folder.resolve("initdb.log"), Ending.TERM);
    if (initdb.process().waitFor() != 0) {
      throw new IllegalStateException("initdb failed:\n" + initdb.lastWords());
    }
    Files.delete(passwordFile);
  }

  private static void configure(Path data, String release, int port) throws IOException {
    var settings = new StringBuilder();
    ServerSettings.of(release)
        .forEach((name, value) -> settings.append(name + " = " + value + "\n"));
    settings.append(
        """
        listen_addresses = '127.0.0.1'
        port = %d
        unix_socket_directories = ''
        """
            .formatted(port));
    Files.writeString(data.resolve("postgresql.conf"), settings, StandardOpenOption.APPEND);
    // "md5" takes either kind of password hash: it means SCRAM where the role has one of that kind.
    Files.writeString(
        data.resolve("pg_hba.conf"),
        """
        host all all 127.0.0.1/32 md5
        host replication all 127.0.0.1/32 md5
        """);
  }
}
