package dev.pgdb.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.Reaper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The commands that users type, on the cluster of a kubeconfig. */
record CommandLine(Path kubeconfig) {

  /** How a command ended, and all that it printed. */
  record Result(int exitCode, String output, Duration took) {
    String success() {
      assertThat(exitCode).as(output).isZero();
      return output;
    }
  }

  /** Runs it to its end, which must be a good one, and returns what it printed. */
  String run(String... command) throws IOException, InterruptedException {
    return attempt(command).success();
  }

  Result attempt(String... command) throws IOException, InterruptedException {
    return with("", command);
  }

  void apply(String manifests) throws IOException, InterruptedException {
    with(manifests, "kubectl", "apply", "-f", "-").success();
  }

  /** Starts it and leaves it running. */
  Process start(String... command) throws IOException {
    System.out.println("$ " + String.join(" ", command));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    return Reaper.watch(builder.start());
  }

  private Result with(String input, String... command) throws IOException, InterruptedException {
    long begun = System.nanoTime();
    Process process = start(command);
    try (var stdin = process.getOutputStream()) {
      stdin.write(input.getBytes(StandardCharsets.UTF_8));
    }
    String output = output(process);
    int exitCode = process.waitFor();
    var took = Duration.ofNanos(System.nanoTime() - begun);
    System.out.printf("%s(%.1f s, exit code %d)%n", output, took.toMillis() / 1000.0, exitCode);
    return new Result(exitCode, output, took);
  }

  /** All that it printed; it ends when the command does. */
  static String output(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }

  /** What helps when something has gone wrong. */
  void showWhatThereIs() throws IOException, InterruptedException {
    for (String what :
        List.of(
            "get pods,jobs,leases,postgresservers,postgresdatabases -A -o wide",
            "get events -A --sort-by=.lastTimestamp",
            "get postgresdatabases -A -o yaml",
            "logs -n pgdb-system -l app.kubernetes.io/name=pgdb --prefix --tail=200")) {
      attempt(("kubectl " + what).split(" ", -1));
    }
  }
}
