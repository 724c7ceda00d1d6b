package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Reaper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** What users type. */
final class Kubectl {
  private Kubectl() {}

  /** Returns what it prints, and fails when it does. */
  static String run(ControlPlane cluster, String... arguments)
      throws IOException, InterruptedException {
    Result result = execute(cluster, arguments);
    assertThat(result.exitCode()).as(result.output()).isZero();
    return result.output();
  }

  /** Returns what it prints, and fails when it does not. */
  static String runInVain(ControlPlane cluster, String... arguments)
      throws IOException, InterruptedException {
    Result result = execute(cluster, arguments);
    assertThat(result.exitCode()).as(result.output()).isNotZero();
    return result.output();
  }

  /** Of a command that pgdb tells people to type, as their shell takes it apart. */
  static String[] arguments(String command) {
    String[] words = command.strip().replace("'", "").split(" ", -1);
    assertThat(words[0]).isEqualTo("kubectl");
    return Arrays.copyOfRange(words, 1, words.length);
  }

  private record Result(int exitCode, String output) {}

  private static Result execute(ControlPlane cluster, String... arguments)
      throws IOException, InterruptedException {
    var command = new ArrayList<>(List.of(cluster.kubectl().toString()));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
    Process process = Reaper.watch(builder.start());
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Result(process.waitFor(), output);
  }
}
