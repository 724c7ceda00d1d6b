package dev.pgdb.postgres.deletion;

import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each of the things that may hold a database up, alone and all at once. All of them on PostgreSQL
 * 18, and half of them each on 9.6 and 13; every one on every release: {@code
 * -Dpgdb.test.releases=all}, on some: {@code -Dpgdb.test.releases=10,17}. Only some of them: {@code
 * -Dpgdb.test.holder=TORTURE}, a regular expression.
 */
class HoldersIT {
  private static final String HOLDER = System.getProperty("pgdb.test.holder", ".*");

  /** The default of a PostgresServer. */
  private static final int MAX_CONNECTIONS = 4;

  static Stream<Arguments> holders() {
    return Releases.orElse("9.6", "13", "18").stream()
        .flatMap(
            release ->
                Stream.of(Holder.values())
                    .filter(holder -> holder.existsOn(release) && holder.name().matches(HOLDER))
                    .filter(holder -> !Releases.notAskedFor() || represents(release, holder))
                    .map(holder -> Arguments.of(release, holder)));
  }

  private static boolean represents(String release, Holder holder) {
    boolean even = holder.name().length() % 2 == 0; // as good as any half
    return holder == Holder.TORTURE || release.equals("18") || release.equals("9.6") == even;
  }

  @ParameterizedTest(name = "PostgreSQL {0}: {1}")
  @MethodSource("holders")
  @Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void deletesTheDatabaseWhateverHoldsIt(String release, Holder holder) throws Exception {
    try (var situation = Situation.on(TestPostgres.shared(release), MAX_CONNECTIONS)) {
      holder.isOvercome(situation);
    }
  }
}
