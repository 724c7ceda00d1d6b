package dev.pgdb.testbed;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Stream;

/**
 * A real Kubernetes API server with a controller manager, for tests.
 *
 * <p>Where none can be had, this fails: a test that needs one is red rather than skipped.
 */
public final class ControlPlane implements AutoCloseable {
  private static final Once<ControlPlane> SHARED = Once.of(ControlPlane::start);

  private final String provider;
  private final Cluster cluster;
  private final KubernetesClient client;

  private ControlPlane(String provider, Cluster cluster) {
    this.provider = provider;
    this.cluster = cluster;
    client = ClusterReadiness.connect(cluster.kubeconfig());
  }

  /** The one of this JVM. Started when it is first asked for; it ends with the JVM. */
  public static ControlPlane shared() {
    return SHARED.get();
  }

  /** One of its own, for a test that stops it or needs it empty. */
  public static ControlPlane start() {
    var chosen = ClusterProviders.inOrder().choose();
    return new ControlPlane(chosen.name(), chosen.value());
  }

  /** With the rights of an administrator. */
  public KubernetesClient client() {
    return client;
  }

  /** The same rights for a child process, to be given as KUBECONFIG. */
  public Path kubeconfig() {
    return cluster.kubeconfig();
  }

  /**
   * The kubectl of the same version where the provider has one, else one that is found on this
   * machine.
   */
  public Path kubectl() {
    return cluster.kubectl().orElseGet(ControlPlane::anyKubectl);
  }

  /** The name of the provider that was chosen: kubeconfig, binaries, download, k3s or build. */
  public String provider() {
    return provider;
  }

  @Override
  public void close() {
    client.close();
    cluster.close();
  }

  @Override
  public String toString() {
    return provider + ", " + cluster;
  }

  private static Path anyKubectl() {
    try {
      var installed = KubernetesBinaries.present().stream().map(b -> b.program("kubectl"));
      var onPath =
          Arrays.stream(System.getenv("PATH").split(File.pathSeparator, -1))
              .map(p -> Path.of(p, "kubectl"));
      return Stream.concat(installed, onPath)
          .filter(Files::isExecutable)
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("The tests need a kubectl on the PATH"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
