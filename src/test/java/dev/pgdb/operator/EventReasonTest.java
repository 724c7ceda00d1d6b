package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Whoever reads an Event finds it in docs/troubleshooting.md. */
class EventReasonTest {
  private static final Path DOCUMENT = Path.of("docs/troubleshooting.md");
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `(\\w+)` \\| .*\\. \\|$");

  @Test
  void everyEventHasARowAndNoOther() throws IOException {
    String events = Files.readString(DOCUMENT).split("\n## Events\n", 2)[1].split("\n## ", 2)[0];

    assertThat(ROW.matcher(events).results().map(row -> row.group(1)))
        .containsExactlyInAnyOrderElementsOf(
            Stream.of(EventReason.values()).map(EventReason::text).toList());
  }
}
