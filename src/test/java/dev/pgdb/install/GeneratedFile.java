package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A committed file that is made from others. */
record GeneratedFile(Path path) {

  static GeneratedFile of(String path) {
    return new GeneratedFile(Path.of(path));
  }

  /** Fails when the file says something else, and leaves the right one there to be committed. */
  void mustBe(String content) throws IOException {
    String committed = Files.exists(path) ? Files.readString(path) : "";
    if (!committed.equals(content)) {
      Files.createDirectories(path.toAbsolutePath().getParent());
      Files.writeString(path, content);
    }
    assertThat(committed)
        .as("%s was out of date; it has been written anew: look at it and commit it", path)
        .isEqualTo(content);
  }

  /** The same for what stands between two lines of a file that people write otherwise. */
  void mustHave(String begin, String end, String content) throws IOException {
    String committed = Files.readString(path);
    int from = committed.indexOf(begin);
    int to = committed.indexOf(end);
    assertThat(from).as("%s in %s", begin, path).isNotNegative();
    assertThat(to).as("%s in %s", end, path).isGreaterThan(from);
    mustBe(
        committed.substring(0, from + begin.length()) + "\n" + content + committed.substring(to));
  }
}
