package dev.pgdb.testbed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.testcontainers.k3s.K3sContainer;
import org.testcontainers.utility.DockerImageName;

/** k3s in a container. */
final class K3sCluster implements Cluster {
  private static final String IMAGE = "rancher/k3s:v1.36.1-k3s1";

  private final K3sContainer container;
  private final Path kubeconfig;

  private K3sCluster(K3sContainer container) throws IOException {
    this.container = container;
    var folder = Reaper.deleteAtEnd(Files.createTempDirectory("pgdb-kubernetes-"));
    kubeconfig = Files.writeString(folder.resolve("kubeconfig"), container.getKubeConfigYaml());
  }

  static K3sCluster start() throws Exception {
    DockerImages.require(IMAGE);
    var container = new K3sContainer(DockerImageName.parse(IMAGE));
    container.start();
    return new K3sCluster(container);
  }

  @Override
  public Path kubeconfig() {
    return kubeconfig;
  }

  @Override
  public void close() {
    container.stop();
  }

  @Override
  public String toString() {
    return "Docker: " + IMAGE;
  }
}
