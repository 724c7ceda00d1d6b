package dev.pgdb.testbed;

import dev.pgdb.testbed.Providers.Unavailable;
import dev.pgdb.testbed.Providers.Way;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The ways to a Kubernetes API server. */
final class ClusterProviders {
  private static final String KUBECONFIG = "pgdb.test.kubeconfig";

  private ClusterProviders() {}

  // Those that cannot delete a namespace come last: tests that delete one would fail on them.
  static Providers<Cluster> inOrder() {
    return new Providers<>(
        "Kubernetes",
        "pgdb.test.kubernetes",
        List.of(
            new Way<>("kubeconfig", ClusterProviders::named),
            new Way<>("binaries", () -> present(true)),
            new Way<>("k3s", K3sCluster::start),
            new Way<>("build", () -> LocalCluster.start(KubernetesBuild.run())),
            new Way<>("binaries", () -> present(false)),
            new Way<>("download", () -> LocalCluster.start(KubernetesDownload.run()))));
  }

  private static Cluster named() throws Unavailable {
    var file = System.getProperty(KUBECONFIG);
    if (file == null || file.isBlank()) {
      throw new Unavailable("-D" + KUBECONFIG + " is not set");
    }
    var kubeconfig = Path.of(file).toAbsolutePath();
    if (!Files.isReadable(kubeconfig)) {
      throw new IllegalArgumentException("-D" + KUBECONFIG + ": cannot read " + kubeconfig);
    }
    return new NamedCluster(kubeconfig);
  }

  private static Cluster present(boolean complete) throws Exception {
    var best =
        KubernetesBinaries.present().stream().filter(b -> b.isComplete() == complete).findFirst();
    if (best.isEmpty()) {
      throw new Unavailable(
          "no %s in %s or %s"
              .formatted(
                  complete ? "set with a controller manager" : "set",
                  Places.kubeApiTest(),
                  Places.controlPlaneCache()));
    }
    return LocalCluster.start(best.get());
  }

  private record NamedCluster(Path kubeconfig) implements Cluster {
    @Override
    public void close() {
      // It is not ours to stop.
    }

    @Override
    public String toString() {
      return kubeconfig.toString();
    }
  }
}
