package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * target/bom.json lists what target/pgdb.jar is made of. It is made by a build that is not offline.
 */
class BillOfMaterialsIT {
  private static final Pattern POM = Pattern.compile("META-INF/maven/([^/]+)/([^/]+)/pom.xml");

  @Test
  void isOneOfCycloneDxForPgdb() throws IOException {
    JsonNode bom = read();
    assertThat(bom.at("/bomFormat").asText()).isEqualTo("CycloneDX");
    assertThat(bom.at("/metadata/component/name").asText()).isEqualTo("pgdb");
    assertThat(bom.at("/components"))
        .isNotEmpty()
        .allSatisfy(
            library -> {
              assertThat(library.at("/purl").asText()).startsWith("pkg:maven/");
              assertThat(library.at("/version").asText()).isNotEmpty();
              assertThat(library.at("/hashes")).as("%s", library.at("/purl")).isNotEmpty();
            });
  }

  @Test
  void listsEveryLibraryInTheJar() throws IOException {
    assertThat(listed())
        .contains(
            "org.postgresql:postgresql",
            "io.javaoperatorsdk:operator-framework-core",
            "io.fabric8:kubernetes-client",
            "info.picocli:picocli",
            "ch.qos.logback:logback-classic")
        .containsAll(inTheJar());
  }

  @Test
  void listsNothingThatIsThereForTestsAlone() throws IOException {
    assertThat(listed())
        .noneMatch(library -> library.startsWith("org.junit") || library.contains("assertj"));
  }

  private static JsonNode read() throws IOException {
    return new ObjectMapper().readTree(Path.of("target", "bom.json").toFile());
  }

  private static Set<String> listed() throws IOException {
    return read()
        .at("/components")
        .valueStream()
        .map(library -> library.at("/group").asText() + ":" + library.at("/name").asText())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** As far as they say who they are. */
  private static Set<String> inTheJar() throws IOException {
    try (var jar = new JarFile(Path.of("target", "pgdb.jar").toFile())) {
      return jar.stream()
          .flatMap(entry -> POM.matcher(entry.getName()).results())
          .map(library -> library.group(1) + ":" + library.group(2))
          .filter(library -> !library.equals("dev.pgdb:pgdb"))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }
}
