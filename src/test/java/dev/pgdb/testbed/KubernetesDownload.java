package dev.pgdb.testbed;

import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubeapitest.binary.BinaryManager;
import java.time.Duration;
import java.util.Objects;

/**
 * The API server and etcd as fabric8's kube-api-test downloads them; there is no controller manager
 * among them.
 */
final class KubernetesDownload {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private KubernetesDownload() {}

  static KubernetesBinaries run() throws Exception {
    // The library waits long for a network that swallows what is sent to it.
    Reachable.within(Duration.ofSeconds(4), "raw.githubusercontent.com", 443);
    var config =
        KubeAPIServerConfigBuilder.anAPIServerConfig()
            .withTestDir(Places.kubeApiTest().toString())
            .withOfflineMode(false) // in the environment this switch breaks the library
            .build();
    var binaries = new BinaryManager(config);
    Deadline.within(
        LIMIT,
        () -> {
          binaries.initAndDownloadIfRequired();
          return binaries;
        });
    var apiServer = binaries.binaries().getApiServer().toPath();
    return new KubernetesBinaries(Objects.requireNonNull(apiServer.getParent()));
  }
}
