package dev.pgdb.testbed;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * Builds the Kubernetes binaries from Go modules, once for each machine, and shows how far it is.
 */
final class KubernetesBuild {
  private KubernetesBuild() {}

  static KubernetesBinaries run() throws IOException, InterruptedException, Providers.Unavailable {
    var wanted = KubernetesBinaries.built();
    Files.createDirectories(wanted.folder());
    // The system frees the lock when a build is killed, so it is never stale.
    try (var channel = open(wanted.folder().resolveSibling("build.lock"));
        var lock = lock(channel)) {
      assert lock.isValid();
      if (!wanted.isComplete() || !wanted.has("kube-apiserver")) {
        build(wanted.folder());
      }
    }
    return wanted;
  }

  private static FileChannel open(Path file) throws IOException {
    return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
  }

  private static FileLock lock(FileChannel channel) throws IOException, InterruptedException {
    for (int second = 0; ; second++) {
      @Nullable FileLock lock = channel.tryLock();
      if (lock != null) {
        return lock;
      }
      if (second % 10 == 0) {
        System.out.println(
            "Test bed: another process builds Kubernetes; waiting for it, %d s".formatted(second));
      }
      Thread.sleep(1000);
    }
  }

  private static void build(Path folder)
      throws IOException, InterruptedException, Providers.Unavailable {
    var script = Places.controlPlaneModule().resolve("build");
    var build =
        Reaper.watch(
            new ProcessBuilder("sh", script.toString(), folder.toString())
                .redirectErrorStream(true)
                .start());
    var last = "";
    // Line by line rather than by inheritIO: the standard output of a test JVM belongs to Maven.
    try (var lines = build.inputReader()) {
      for (@Nullable String line = lines.readLine(); line != null; line = lines.readLine()) {
        System.out.println(line);
        last = line;
      }
    }
    if (build.waitFor() != 0) {
      throw new Providers.Unavailable(last);
    }
  }
}
