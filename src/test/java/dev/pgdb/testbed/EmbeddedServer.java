package dev.pgdb.testbed;

import dev.pgdb.testbed.Reaper.Ending;
import dev.pgdb.testbed.TestPostgres.StopMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A postmaster that is a child process, with a data directory of its own on a free loopback port.
 */
final class EmbeddedServer implements PostgresHost {
  private static final String PASSWORD = "pgdb test's superuser";
  private static final String NICENESS = System.getProperty("pgdb.test.postgres.nice", "10");

  private final PostgresBinaries binaries;
  private final Path folder;
  private final String host;
  private final int port;
  private final DataDirectory data;
  private ChildProcess postmaster;

  private EmbeddedServer(PostgresBinaries binaries) throws IOException, InterruptedException {
    this.binaries = binaries;
    folder =
        Reaper.deleteAtEnd(Files.createTempDirectory("pgdb-postgres-" + binaries.release() + "-"));
    host = "127.0.0.1";
    port = FreePorts.take(1)[0];
    data = DataDirectory.create(binaries, folder, port, PASSWORD);
    postmaster = launch();
  }

  /** A standby of a server that does not run, on its port at another loopback address. */
  private EmbeddedServer(EmbeddedServer primary) throws IOException, InterruptedException {
    binaries = primary.binaries;
    folder =
        Reaper.deleteAtEnd(Files.createTempDirectory("pgdb-postgres-" + binaries.release() + "-"));
    host = "127.0.0.2";
    port = primary.port;
    data = primary.data.copyForStandby(folder, host, primary);
    postmaster = launch();
  }

  /**
   * A standby that streams from this server, which is stopped and started again for it.
   *
   * @return on the same port at another loopback address
   */
  EmbeddedServer standby() {
    stop(StopMode.FAST);
    try {
      var standby = new EmbeddedServer(this);
      startAgain();
      standby.awaitConnections();
      return standby;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static EmbeddedServer start(PostgresBinaries binaries) throws IOException, InterruptedException {
    var server = new EmbeddedServer(binaries);
    server.awaitConnections();
    return server;
  }

  /**
   * With a lower priority than the rest: a server has a machine of its own, and the clients that it
   * refuses all the time do not take the processor from Kubernetes and from the operator.
   */
  private ChildProcess launch() throws IOException {
    String program = binaries.program("postgres").toString();
    var command = List.of("nice", "-n", NICENESS, program, "-D", data.path().toString());
    return ChildProcess.start(
        Unprivileged.command(command), folder.resolve("postgres.log"), Ending.QUIT);
  }

  private void awaitConnections() {
    try {
      ServerReadiness.await(this, () -> postmaster.isAlive());
    } catch (IllegalStateException e) {
      throw new IllegalStateException(e.getMessage() + "\n" + postmaster.lastWords(), e);
    }
  }

  @Override
  public String host() {
    return host;
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String superuser() {
    return "postgres";
  }

  @Override
  public String password() {
    return PASSWORD;
  }

  @Override
  public void stop(StopMode mode) {
    switch (mode) {
      case FAST -> signal("INT", postmasterPid());
      case IMMEDIATE -> signal("QUIT", postmasterPid());
      case SIGKILL -> killAll();
    }
    postmaster.process().onExit().join();
  }

  /**
   * As when the power fails: backends of old releases would outlive their postmaster and keep the
   * data locked.
   */
  private void killAll() {
    var backends = postmaster.process().descendants().toList();
    postmaster.kill();
    backends.forEach(ProcessHandle::destroyForcibly);
    backends.forEach(backend -> backend.onExit().join());
  }

  @Override
  public void startAgain() {
    if (postmaster.isAlive()) {
      throw new IllegalStateException("The server still runs");
    }
    try {
      postmaster = launch();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    awaitConnections();
  }

  @Override
  public long postmasterPid() {
    return postmaster.process().pid();
  }

  @Override
  public void signal(String name, long pid) {
    try {
      var kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).inheritIO().start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("kill -%s %d failed".formatted(name, pid));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    killAll();
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return binaries.folder().toString();
  }
}
