package dev.pgdb;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may know what: cli and operator know the rooms below them, api and postgres none. */
class ArchitectureTest {
  private static final Path SOURCES = Path.of("src/main/java");
  private static final int LONGEST_FILE = 250;
  private static final String KUBERNETES_CLIENT = "io.fabric8..";
  private static final JavaClasses PGDB =
      new ClassFileImporter()
          .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("dev.pgdb");

  @Test
  void roomsSeeOnlyTheRoomsBelowThem() {
    layeredArchitecture()
        .consideringOnlyDependenciesInAnyPackage("dev.pgdb..")
        .layer("cli")
        .definedBy("dev.pgdb.cli..")
        .layer("operator")
        .definedBy("dev.pgdb.operator..")
        .layer("api")
        .definedBy("dev.pgdb.api..")
        .layer("postgres")
        .definedBy("dev.pgdb.postgres..")
        .ensureAllClassesAreContainedInArchitecture()
        .whereLayer("cli")
        .mayOnlyAccessLayers("operator", "postgres")
        .whereLayer("operator")
        .mayOnlyAccessLayers("api", "postgres")
        .whereLayer("api")
        .mayNotAccessAnyLayer()
        .whereLayer("postgres")
        .mayNotAccessAnyLayer()
        .check(PGDB);
  }

  @Test
  void whatIsSaidToPostgresKnowsNothingOfKubernetes() {
    noClasses()
        .that()
        .resideInAPackage("dev.pgdb.postgres..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(KUBERNETES_CLIENT, "io.javaoperatorsdk..")
        .check(PGDB);
  }

  @Test
  void onlyThePostgresRoomSpeaksToServers() {
    noClasses()
        .that()
        .resideOutsideOfPackage("dev.pgdb.postgres..")
        .should()
        .dependOnClassesThat(
            resideInAPackage("java.sql..")
                .and(not(equivalentTo(SQLException.class)))
                .or(resideInAPackage("javax.sql.."))
                .or(resideInAPackage("org.postgresql..")))
        .check(PGDB);
  }

  @Test
  void theCommandLineLeavesKubernetesToTheOperator() {
    noClasses()
        .that()
        .resideInAPackage("dev.pgdb.cli..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(KUBERNETES_CLIENT)
        .check(PGDB);
  }

  /** What one look at all databases has shown may be minutes old. */
  @Test
  void noDeletionReliesOnAnEarlierLook() {
    noClasses()
        .that()
        .resideInAPackage("dev.pgdb.postgres.deletion..")
        .or()
        .haveNameMatching(".*\\.(DatabaseRemoval|DatabaseRetention|OwnerRemoval).*")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(".*\\.(DatabaseProvisioning|ServerSnapshot|SharedRow)")
        .check(PGDB);
  }

  @Test
  void noPackagesNeedEachOther() {
    slices().matching("dev.pgdb.(**)").should().beFreeOfCycles().check(PGDB);
  }

  @Test
  void everyClassIsNamedAfterWhatItIs() {
    noClasses().should().haveNameMatching(".*(Util|Helper|Manager|Impl).*").check(PGDB);
  }

  @Test
  void noFileIsTooLongToRead() throws IOException {
    try (var files = Files.walk(SOURCES)) {
      List<Path> tooLong =
          files
              .filter(file -> file.toString().endsWith(".java"))
              .filter(file -> linesOfCode(file) > LONGEST_FILE)
              .toList();
      assertThat(tooLong).as("files of more than %d lines of code", LONGEST_FILE).isEmpty();
    }
  }

  private static long linesOfCode(Path file) {
    try (var lines = Files.lines(file)) {
      return lines.map(String::strip).filter(ArchitectureTest::isCode).count();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isCode(String line) {
    return !line.isEmpty()
        && !line.startsWith("//")
        && !line.startsWith("/*")
        && !line.startsWith("*");
  }
}
