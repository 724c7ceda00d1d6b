package dev.pgdb.testbed;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.function.Predicate;

/** Waits for the processes of a control plane, no longer than they live. */
record ClusterReadiness(Path kubeconfig, Duration limit) {

  static KubernetesClient connect(Path kubeconfig) {
    return new KubernetesClientBuilder()
        .withConfig(Config.fromKubeconfig(kubeconfig.toFile()))
        .build();
  }

  void awaitServing(ChildProcess server) throws InterruptedException {
    await(server, client -> "ok".equals(client.raw("/readyz")));
  }

  /** The service account of a namespace is what the controller manager makes for every one. */
  void awaitControllers(ChildProcess manager) throws InterruptedException {
    await(
        manager, c -> c.serviceAccounts().inNamespace("default").withName("default").get() != null);
  }

  private void await(ChildProcess process, Predicate<KubernetesClient> ready)
      throws InterruptedException {
    var config = Config.fromKubeconfig(kubeconfig.toFile());
    config.setRequestRetryBackoffLimit(0); // the loop below does that
    var end = System.nanoTime() + limit.toNanos();
    try (var client = new KubernetesClientBuilder().withConfig(config).build()) {
      while (!answers(client, ready)) {
        if (!process.isAlive() || System.nanoTime() > end) {
          throw new IllegalStateException(
              "%s %s:%n%s"
                  .formatted(
                      process.log().getFileName(),
                      process.isAlive()
                          ? "was not ready after " + limit.toSeconds() + " s"
                          : "ended",
                      process.lastWords()));
        }
        Thread.sleep(50);
      }
    }
  }

  private static boolean answers(KubernetesClient client, Predicate<KubernetesClient> ready) {
    try {
      return ready.test(client);
    } catch (KubernetesClientException e) {
      return false;
    }
  }
}
