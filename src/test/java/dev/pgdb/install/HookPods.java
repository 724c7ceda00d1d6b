package dev.pgdb.install;

import dev.pgdb.testbed.Reaper;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * What a node does for the pods of the chart's hook: it runs their arguments with the pgdb that was
 * built, in their environment, as their ServiceAccount, and says how it went.
 */
final class HookPods implements Watcher<Pod>, AutoCloseable {
  private static final Path JAR = Path.of("target", "pgdb.jar").toAbsolutePath();

  private final KubernetesClient admin;
  private final Path kubeconfig;
  private final Queue<String> outputs = new ConcurrentLinkedQueue<>();
  private final Watch watch;

  HookPods(ChartServiceAccount account) {
    admin = account.cluster().client();
    kubeconfig = account.kubeconfig();
    watch =
        admin
            .pods()
            .inNamespace(account.namespace())
            .withLabel("app.kubernetes.io/component", "uninstall-check")
            .watch(this);
  }

  /** What each of them has written. */
  List<String> outputs() {
    return List.copyOf(outputs);
  }

  @Override
  public void eventReceived(Action action, Pod pod) {
    if (action == Action.ADDED && "Pending".equals(pod.getStatus().getPhase())) {
      try {
        finish(pod, run(pod));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private int run(Pod pod) throws IOException, InterruptedException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                JAR.toString()));
    var container = pod.getSpec().getContainers().getFirst();
    command.addAll(container.getArgs());
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    container.getEnv().forEach(set -> builder.environment().put(set.getName(), set.getValue()));
    Process process = Reaper.watch(builder.start());
    outputs.add(new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8));
    return process.waitFor();
  }

  private void finish(Pod pod, int exitCode) {
    admin
        .resource(pod)
        .editStatus(
            live ->
                new PodBuilder(live)
                    .editOrNewStatus()
                    .withPhase(exitCode == 0 ? "Succeeded" : "Failed")
                    .withContainerStatuses(
                        new ContainerStatusBuilder()
                            .withName(live.getSpec().getContainers().getFirst().getName())
                            .withImage("pgdb")
                            .withImageID("pgdb")
                            .withReady(false)
                            .withRestartCount(0)
                            .withNewState()
                            .withNewTerminated()
                            .withExitCode(exitCode)
                            .endTerminated()
                            .endState()
                            .build())
                    .endStatus()
                    .build());
  }

  @Override
  public void onClose(WatcherException cause) {
    // The test ends with its cluster.
  }

  @Override
  public void close() {
    watch.close();
  }
}
