package dev.pgdb.demo;

import dev.pgdb.testbed.Reaper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The operator as users run it: a process of its own, from the jar that the build left. */
record OperatorJar(Process process, Path log) implements AutoCloseable {
  static final String COMMAND = "java -jar target/pgdb.jar run --http-port 0";

  static OperatorJar start(Path kubeconfig) throws IOException {
    Path log = Path.of("target/demo/operator.log");
    Files.createDirectories(log.getParent());
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var builder =
        new ProcessBuilder(List.of(java, "-jar", "target/pgdb.jar", "run", "--http-port", "0"))
            .redirectErrorStream(true)
            .redirectOutput(log.toFile());
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    return new OperatorJar(Reaper.watch(builder.start()), log);
  }

  void awaitWatching() throws Exception {
    while (!Files.readString(log).contains("Watching")) {
      checkAlive();
      Thread.sleep(50);
    }
  }

  void checkAlive() throws DemoFailure {
    if (!process.isAlive()) {
      throw new DemoFailure(
          "the operator ended with code %d; its log is %s".formatted(process.exitValue(), log));
    }
  }

  @Override
  public void close() {
    process.destroy();
    try {
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
