package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Reaper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What users type. */
final class Kubectl {
  private Kubectl() {}

  /** Returns what it prints, and fails when it does. */
  static String run(ControlPlane cluster, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(cluster.kubectl().toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
    Process process = Reaper.watch(builder.start());
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }
}
