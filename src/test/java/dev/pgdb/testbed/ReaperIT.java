package dev.pgdb.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.Reaper.Ending;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReaperIT {
  private static final Duration SOON = Duration.ofSeconds(10);

  @Test
  void endsProcessesAndDeletesDirectoriesWhenTheirJvmIsKilled() throws Exception {
    var jvm = startHolder();
    try (var lines = jvm.inputReader()) {
      var obedient = handle(lines.readLine());
      var deaf = handle(lines.readLine());
      var stopped = handle(lines.readLine());
      var folder = Path.of(lines.readLine());
      assertThat(List.of(obedient, deaf, stopped)).allMatch(ProcessHandle::isAlive);
      assertThat(folder).isDirectory();

      jvm.destroyForcibly();

      await()
          .atMost(SOON)
          .until(() -> !obedient.isAlive() && !deaf.isAlive() && !stopped.isAlive());
      await().atMost(SOON).until(() -> Files.notExists(folder));
    }
  }

  private static Process startHolder() throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return Reaper.watch(
        new ProcessBuilder(
                java, "-cp", System.getProperty("java.class.path"), Holder.class.getName())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start());
  }

  private static ProcessHandle handle(String pid) {
    return ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
  }

  /** Holds what must not be left behind, says where it is, and stays. */
  static final class Holder {
    private Holder() {}

    public static void main(String[] args) throws Exception {
      var obedient = Reaper.watch(sh("exec sleep 1000"));
      var deaf = Reaper.watch(sh("trap '' TERM INT HUP QUIT; while :; do sleep 1; done"));
      var stopped = Reaper.watch(sh("exec sleep 1000"), Ending.QUIT);
      sh("kill -STOP " + stopped.pid()).waitFor();
      var folder = Reaper.deleteAtEnd(Files.createTempDirectory("pgdb with 'quotes' "));
      Files.writeString(folder.resolve("file"), "content");
      System.out.printf("%d%n%d%n%d%n%s%n", obedient.pid(), deaf.pid(), stopped.pid(), folder);
      Thread.sleep(Duration.ofHours(1));
    }

    private static Process sh(String script) throws IOException {
      return new ProcessBuilder("sh", "-c", script).start();
    }
  }
}
