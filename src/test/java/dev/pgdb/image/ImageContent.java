package dev.pgdb.image;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.spi.ToolProvider;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Puts into {@code target/image} what the Dockerfile copies: a runtime with the modules that pgdb
 * needs, pgdb, the options of its JVM, and a cache of its classes as they are once it has run. The
 * libraries are there already.
 */
final class ImageContent {
  /** Where the Dockerfile puts all of it. */
  private static final String PLACE = "/opt/pgdb";

  /** As jdeps finds them, without java.desktop: the libraries do without it. */
  private static final String MODULES =
      "java.base,java.naming,java.net.http,java.security.jgss,java.sql,jdk.httpserver,"
          + "jdk.management,jdk.unsupported";

  private final Path folder;

  private ImageContent(Path folder) {
    this.folder = folder;
  }

  /** Arguments: the folder, with the libraries in lib; the classes of pgdb; their timestamp. */
  public static void main(String[] args) throws Exception {
    var content = new ImageContent(Path.of(args[0]).toAbsolutePath());
    content.linkRuntime();
    content.packClasses(Path.of(args[1]), args[2]);
    content.writeOptions();
    content.setTimes(FileTime.from(Instant.parse(args[2])));
    content.trainCache();
    System.exit(0); // the test bed ends with the JVM
  }

  private void linkRuntime() throws IOException {
    Path runtime = folder.resolve("runtime");
    if (Files.exists(runtime)) {
      try (Stream<Path> files = Files.walk(runtime)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
    run(
        "jlink",
        "--add-modules",
        MODULES,
        "--strip-debug",
        "--no-header-files",
        "--no-man-pages",
        "--output",
        runtime.toString());
  }

  private void packClasses(Path classes, String timestamp) throws IOException {
    Files.createDirectories(folder.resolve("app"));
    run(
        "jar",
        "--create",
        "--date",
        timestamp,
        "--file",
        folder.resolve("app/pgdb.jar").toString(),
        "-C",
        classes.toString(),
        ".");
  }

  /**
   * The cache knows the files by their times, and an image's layers keep these in whole seconds
   * only.
   */
  private void setTimes(FileTime time) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Files.setLastModifiedTime(file, time);
      }
    }
  }

  private static void run(String tool, String... arguments) {
    int result =
        ToolProvider.findFirst(tool)
            .orElseThrow(() -> new IllegalStateException("This JDK has no " + tool))
            .run(System.out, System.err, arguments);
    if (result != 0) {
      throw new IllegalStateException(tool + " failed, see above");
    }
  }

  /** The class path is written out: the cache is good for one in this very order only. */
  private void writeOptions() throws IOException {
    Files.write(
        folder.resolve("java.options"), options(PLACE, "-XX:AOTCache=" + PLACE + "/pgdb.aot"));
  }

  private List<String> options(String place, String cache) throws IOException {
    var options = new ArrayList<String>();
    try (Stream<String> lines = Files.lines(Path.of("src/main/image/java.options"))) {
      lines.filter(line -> line.startsWith("-")).forEach(options::add);
    }
    options.add(cache);
    try (Stream<Path> jars = Files.list(folder.resolve("lib"))) {
      options.add(
          "-cp "
              + place
              + "/app/pgdb.jar:"
              + jars.map(jar -> place + "/lib/" + jar.getFileName())
                  .sorted()
                  .collect(Collectors.joining(":")));
    }
    return options;
  }

  private void trainCache() throws Exception {
    Path cache = folder.resolve("pgdb.aot");
    Files.deleteIfExists(cache);
    Path training = folder.resolve("training.options");
    Files.write(training, options(folder.toString(), "-XX:AOTCacheOutput=" + cache));
    try (var run = Training.start(folder.resolve("runtime/bin/java"), training)) {
      run.createAndDelete();
      run.end();
    }
    Files.delete(training);
    if (!Files.exists(cache)) {
      throw new IllegalStateException("The training run left no " + cache);
    }
  }
}
