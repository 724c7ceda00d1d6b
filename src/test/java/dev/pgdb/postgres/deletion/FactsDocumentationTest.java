package dev.pgdb.postgres.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** docs/postgresql.md names the test that shows a fact, and there is such a test. */
class FactsDocumentationTest {
  private static final Path FACTS = Path.of("docs/postgresql.md");
  private static final Path TESTS = Path.of("src/test/java");

  private static final Pattern TEST = Pattern.compile("`(\\w+(?:IT|Test))`");

  /** Words in capitals between the parentheses behind `HoldersIT`. */
  private static final Pattern CASES = Pattern.compile("`HoldersIT` \\(([^)]*)\\)");

  private static final Pattern CASE = Pattern.compile("\\b[A-Z][A-Z_]{6,}\\b");

  @Test
  void namesEveryHolderAndNoneThatIsNotThere() throws IOException {
    Set<String> named =
        CASES
            .matcher(Files.readString(FACTS))
            .results()
            .flatMap(cases -> CASE.matcher(cases.group(1)).results())
            .map(MatchResult::group)
            .collect(Collectors.toSet());

    assertThat(named)
        .containsExactlyInAnyOrderElementsOf(
            Arrays.stream(Holder.values()).map(Enum::name).toList());
  }

  @Test
  void namesNoTestThatIsNotThere() throws IOException {
    Set<String> tests;
    try (var files = Files.walk(TESTS)) {
      tests =
          files
              .map(file -> file.getFileName().toString().replace(".java", ""))
              .collect(Collectors.toSet());
    }
    for (Path document : new Path[] {FACTS, Path.of("README.md"), Path.of("CONTRIBUTING.md")}) {
      assertThat(TEST.matcher(Files.readString(document)).results().map(test -> test.group(1)))
          .as(document.toString())
          .isNotEmpty()
          .isSubsetOf(tests);
    }
  }
}
