package dev.pgdb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Comments in the code name the facts that it rests on by their sections in the documentation. */
class PostgresFactsTest {
  private static final Pattern SECTION = Pattern.compile("docs/postgresql\\.md, \"([^\"]+)\"");

  @Test
  void describesWhatTheCodeRefersTo() throws IOException {
    var named = new TreeSet<String>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        named.addAll(sectionsNamedIn(Files.readString(file)));
      }
    }
    assertThat(sectionsOf(Path.of("docs/postgresql.md"))).isNotEmpty().containsAll(named);
    assertThat(named).contains("Identity", "Prepared transactions");
  }

  private static Set<String> sectionsNamedIn(String code) {
    String unwrapped = code.replaceAll("\\s*\\n\\s*(\\*|//)?\\s*", " ");
    return SECTION
        .matcher(unwrapped)
        .results()
        .map(found -> found.group(1))
        .collect(Collectors.toSet());
  }

  private static Set<String> sectionsOf(Path document) throws IOException {
    try (Stream<String> lines = Files.lines(document)) {
      return lines
          .filter(line -> line.startsWith("## "))
          .map(line -> line.substring(3))
          .collect(Collectors.toSet());
    }
  }
}
