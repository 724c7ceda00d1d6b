package dev.pgdb.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How the demo fails: with one sentence. Maven would add a long stack trace for a process that
 * fails, so it is told by a file, which it looks for when the exit code is this one.
 */
final class Failing {
  static final int EXIT_CODE = 3;

  private static final Path MARK = Path.of("target/demo/failed");

  private Failing() {}

  /** What an earlier run left says nothing of this one. */
  static void forget() throws IOException {
    Files.deleteIfExists(MARK);
  }

  static void say(Screen screen, String sentence) {
    screen.failure(sentence);
    try {
      Files.createDirectories(MARK.getParent());
      Files.writeString(MARK, sentence + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
