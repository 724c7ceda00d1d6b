package dev.pgdb.testbed;

import dev.pgdb.testbed.TestPostgres.StopMode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.postgresql.PostgreSQLContainer;

/** The official image in a container. */
final class ContainerServer implements PostgresHost {
  private final PostgreSQLContainer container;
  private final int port;

  private ContainerServer(PostgreSQLContainer container, int port) {
    this.container = container;
    this.port = port;
  }

  static ContainerServer start(String release) throws Exception {
    var image = "postgres:" + release;
    DockerImages.require(image);
    var command = new ArrayList<>(List.of("postgres"));
    ServerSettings.of(release)
        .forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    var port = FreePorts.take(1)[0];
    var container =
        new PostgreSQLContainer(image)
            .withUsername("postgres")
            .withPassword("pgdb test's superuser")
            .withStartupTimeout(Duration.ofMinutes(3));
    container.setCommandParts(command.toArray(String[]::new));
    container.setPortBindings(
        List.of(port + ":5432")); // Docker would choose another one when it starts again
    container.start();
    return new ContainerServer(container, port);
  }

  @Override
  public String host() {
    return container.getHost();
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public String superuser() {
    return container.getUsername();
  }

  @Override
  public String password() {
    return container.getPassword();
  }

  @Override
  public void stop(StopMode mode) {
    var signal =
        switch (mode) {
          case FAST -> "INT";
          case IMMEDIATE -> "QUIT";
          case SIGKILL -> "KILL";
        };
    var docker = DockerClientFactory.lazyClient();
    docker.killContainerCmd(container.getContainerId()).withSignal(signal).exec();
    docker.waitContainerCmd(container.getContainerId()).start().awaitStatusCode();
  }

  @Override
  public void startAgain() {
    DockerClientFactory.lazyClient().startContainerCmd(container.getContainerId()).exec();
    ServerReadiness.await(this, container::isRunning);
  }

  @Override
  public long postmasterPid() {
    return 1; // of its container
  }

  @Override
  public void signal(String name, long pid) {
    try {
      container.execInContainer("kill", "-" + name, Long.toString(pid));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    container.stop();
  }

  @Override
  public String toString() {
    return "Docker: " + container.getDockerImageName();
  }
}
