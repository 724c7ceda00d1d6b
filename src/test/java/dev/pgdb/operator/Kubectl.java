package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Reaper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** kubectl in one namespace, as somebody at a terminal has it. */
final class Kubectl {
  private final ControlPlane cluster;
  private final String namespace;

  Kubectl(ControlPlane cluster, Tenant tenant) {
    this.cluster = cluster;
    this.namespace = tenant.namespace();
  }

  /** Runs it to its end, which must be a good one, and returns what it printed. */
  String run(String... arguments) throws IOException, InterruptedException {
    var process = Reaper.watch(command(arguments).start());
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(output).isZero();
    return output;
  }

  /** Starts it and leaves it running; what it prints goes to a file. */
  Process start(Path output, String... arguments) throws IOException {
    return Reaper.watch(command(arguments).redirectOutput(output.toFile()).start());
  }

  private ProcessBuilder command(String... arguments) {
    var command = new ArrayList<>(List.of(cluster.kubectl().toString(), "-n", namespace));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
    return builder;
  }
}
