package dev.pgdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.operator.OperatorConfiguration;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.BindException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunCommandTest {
  private static final int WRONG_USAGE = 2;

  private final List<OperatorConfiguration> started = new ArrayList<>();
  private final StringWriter errors = new StringWriter();

  @Test
  void runsWithTheDefaultsWhenNothingIsGiven() {
    int exitCode = pgdb(Map.of(), "run");

    assertThat(exitCode).isZero();
    assertThat(started)
        .containsExactly(
            new OperatorConfiguration(Set.of(), false, 8080, Duration.ofMinutes(10), 10));
  }

  @Test
  void takesEveryOptionFromTheEnvironment() {
    pgdb(
        Map.of(
            "PGDB_NAMESPACES", "shop,billing",
            "PGDB_LEADER_ELECTION", "true",
            "PGDB_HTTP_PORT", "0",
            "PGDB_RESYNC", "1h30m",
            "PGDB_CONCURRENCY", "3"),
        "run");

    assertThat(started)
        .containsExactly(
            new OperatorConfiguration(
                Set.of("shop", "billing"), true, 0, Duration.ofMinutes(90), 3));
  }

  @Test
  void prefersAnOptionToItsVariable() {
    pgdb(Map.of("PGDB_HTTP_PORT", "1234"), "run", "--http-port", "4321", "--leader-election");

    assertThat(started).extracting(OperatorConfiguration::httpPort).containsExactly(4321);
    assertThat(started).extracting(OperatorConfiguration::leaderElection).containsExactly(true);
  }

  @Test
  void takesAnEmptyVariableForNone() {
    pgdb(Map.of("PGDB_NAMESPACES", "", "PGDB_RESYNC", ""), "run");

    assertThat(started)
        .containsExactly(
            new OperatorConfiguration(Set.of(), false, 8080, Duration.ofMinutes(10), 10));
  }

  @Test
  void takesNoVariableForAQuestionAfterItsHelpOrVersion() {
    int exitCode = pgdb(Map.of("PGDB_HELP", "true", "PGDB_VERSION", "1.2.3"), "run");

    assertThat(exitCode).isZero();
    assertThat(started).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--http-port=eighty | must be a port number from 0 to 65535, not 'eighty'",
        "--http-port=65536 | must be a port number from 0 to 65535, not '65536'",
        "--http-port=-1 | must be a port number from 0 to 65535, not '-1'",
        "--concurrency=0 | must be a whole number from 1 to 1000, not '0'",
        "--concurrency=many | must be a whole number from 1 to 1000, not 'many'",
        "--resync=10 | must be a duration longer than 0s, such as 90s, 10m or 1h30m, not '10'",
        "--resync=0s | must be a duration longer than 0s, such as 90s, 10m or 1h30m, not '0s'",
        "--leader-election=yes | must be true or false, not 'yes'",
        "--namespaces=Shop | must be names of namespaces with commas between them",
        "--namespaces=a;b | must be names of namespaces with commas between them",
      })
  void aWrongValueStopsTheStartWithOneSentence(String option, String sentence) {
    int exitCode = pgdb(Map.of(), "run", option);

    assertRefused(exitCode, option.substring(0, option.indexOf('=')), sentence);
  }

  @Test
  void aWrongVariableStopsTheStartLikeAWrongOption() {
    int exitCode = pgdb(Map.of("PGDB_HTTP_PORT", "http"), "run");

    assertRefused(exitCode, "--http-port", "must be a port number from 0 to 65535, not 'http'");
  }

  @Test
  void anUnknownOptionStopsTheStart() {
    int exitCode = pgdb(Map.of(), "run", "--http-prot=1");

    assertRefused(exitCode, "--http-prot", "Unknown option");
  }

  @Test
  void aPortThatIsTakenStopsTheStartWithOneSentence() {
    int exitCode =
        Pgdb.commandLine(
                Map.of(),
                configuration -> {
                  throw new BindException("Address already in use");
                })
            .setErr(new PrintWriter(errors))
            .execute("run", "--http-port=80");

    assertRefused(exitCode, "--http-port 80", "Address already in use");
  }

  private void assertRefused(int exitCode, String option, String sentence) {
    assertThat(exitCode).isEqualTo(WRONG_USAGE);
    assertThat(started).isEmpty();
    assertThat(errors.toString().lines())
        .singleElement()
        .asString()
        .startsWith("pgdb: ")
        .contains(option, sentence);
  }

  private int pgdb(Map<String, String> environment, String... args) {
    return Pgdb.commandLine(environment, started::add)
        .setErr(new PrintWriter(errors))
        .execute(args);
  }
}
