package dev.pgdb.bench;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Reaper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The operator as its users have it: a process of its own, from the packaged jar. */
final class OperatorJar implements AutoCloseable {
  private final Process process;

  private OperatorJar(Process process) {
    this.process = process;
  }

  /**
   * @param jvmOptions such as another configuration of the log
   * @param log where its output goes
   * @param options of {@code pgdb run}
   */
  static OperatorJar start(ControlPlane cluster, String jvmOptions, File log, String... options)
      throws IOException {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    if (!jvmOptions.isBlank()) {
      command.addAll(List.of(jvmOptions.split(" ", -1)));
    }
    command.addAll(List.of("-jar", "target/pgdb.jar", "run", "--http-port", "0"));
    command.addAll(List.of(options));
    var builder = new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log);
    builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
    return new OperatorJar(Reaper.watch(builder.start()));
  }

  long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    process.destroy();
    process.onExit().join();
  }
}
