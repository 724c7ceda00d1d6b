package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The chart as it might have been before: of another version, and with another CRD. */
final class OlderChart {
  /** What kubectl shows with the CRD of today only. */
  static final String NEW_COLUMN = "SESSIONS LEFT";

  /** What it shows in its place with the older one. */
  static final String COLUMN = "OLD";

  private OlderChart() {}

  static void copyTo(Path folder) throws IOException {
    Chart.copyTo(folder);
    replaceIn(folder.resolve("Chart.yaml"), "ersion: 0.1.0-SNAPSHOT", "ersion: 0.0.9");
    replaceIn(
        folder.resolve("files/crds/postgresdatabases.pgdb.dev-v1.yml"),
        "name: " + NEW_COLUMN,
        "name: " + COLUMN);
  }

  private static void replaceIn(Path file, String text, String by) throws IOException {
    String before = Files.readString(file);
    assertThat(before).contains(text);
    Files.writeString(file, before.replace(text, by));
  }
}
