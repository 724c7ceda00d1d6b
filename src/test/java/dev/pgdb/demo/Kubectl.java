package dev.pgdb.demo;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Reaper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The real kubectl, as a user calls it: each command is shown, then what it answers. */
final class Kubectl {
  private final ControlPlane cluster;
  private final Screen screen;

  Kubectl(ControlPlane cluster, Screen screen) {
    this.cluster = cluster;
    this.screen = screen;
  }

  /** Shows the command and its output. */
  void run(String... arguments) throws Exception {
    screen.command("$", "kubectl " + String.join(" ", arguments));
    var answer = answer("", List.of(arguments));
    if (arguments[0].equals("get")) {
      screen.table(answer);
    } else {
      screen.lines(answer);
    }
  }

  /** Applies these documents; what is shown is the command with which a user applies the file. */
  void apply(String file, String documents) throws Exception {
    screen.command("$", "kubectl apply -f " + file);
    screen.lines(answer(documents, List.of("apply", "-f", "-")));
  }

  /** The output alone. */
  List<String> ask(String... arguments) throws Exception {
    return answer("", List.of(arguments));
  }

  /** What the resource itself says of how it stands. */
  String readyMessage(String resource) {
    try {
      return String.join(
          " ",
          ask("get", resource, "-o=jsonpath={.status.conditions[?(@.type=='Ready')].message}"));
    } catch (Exception e) {
      return String.valueOf(e.getMessage());
    }
  }

  /** All that it printed; it ends when the command does. */
  static List<String> output(Process command) throws IOException {
    try (var lines = command.inputReader()) {
      return lines.lines().toList();
    }
  }

  /** Shows the command and returns at once. */
  Process start(String... arguments) throws IOException {
    screen.command("$", "kubectl " + String.join(" ", arguments));
    return launch(List.of(arguments));
  }

  private List<String> answer(String input, List<String> arguments) throws Exception {
    Process process = launch(arguments);
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    List<String> answer = output(process);
    if (process.waitFor() != 0) {
      throw new DemoFailure(
          "kubectl %s said: %s".formatted(arguments.getFirst(), String.join(" ", answer)));
    }
    return answer;
  }

  private Process launch(List<String> arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(cluster.kubectl().toString());
    command.addAll(arguments);
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
    return Reaper.watch(builder.start());
  }
}
