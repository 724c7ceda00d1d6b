package dev.pgdb.postgres.deletion;

import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each of the things that may hold a database up, alone and all at once, and each of the admins
 * that people really have: what the admin can do is done, and what it lacks it is told, with a
 * remedy that helps.
 *
 * <p>By default a part that stands for all; everything, on every release: {@code
 * -Dpgdb.test.releases=all}, on some: {@code -Dpgdb.test.releases=10,17}. Only some holders or
 * admins: {@code -Dpgdb.test.holder=TORTURE}, {@code -Dpgdb.test.admin=MEMBER}, regular
 * expressions.
 */
class HoldersIT {
  private static final String HOLDER = System.getProperty("pgdb.test.holder", ".*");
  private static final String ADMIN = System.getProperty("pgdb.test.admin", ".*");

  /** The default of a PostgresServer. */
  private static final int MAX_CONNECTIONS = 4;

  /** Those that every kind of admin meets, on two releases, unless more are asked for. */
  private static final Map<String, Set<Holder>> TELLING =
      Map.of(
          "9.6",
          Set.of(
              Holder.GRANTS_BY_SEVERAL_GRANTORS,
              Holder.PREPARED_TRANSACTIONS,
              Holder.INACTIVE_SLOTS),
          "18",
          Set.of(
              Holder.STARTING_SESSIONS,
              Holder.PREPARED_TRANSACTIONS,
              Holder.OPEN_TRANSACTIONS_TO_TERMINATE));

  static Stream<Arguments> holders() {
    return Releases.orElse("9.6", "13", "18").stream()
        .flatMap(
            release ->
                Stream.of(AdminKind.values())
                    .filter(admin -> admin.name().matches(ADMIN))
                    .flatMap(admin -> holders(release, admin)));
  }

  private static Stream<Arguments> holders(String release, AdminKind admin) {
    return Stream.of(Holder.values())
        .filter(holder -> holder.existsOn(release) && holder.name().matches(HOLDER))
        .filter(holder -> holder.appliesTo(admin, release))
        .filter(holder -> !Releases.notAskedFor() || represents(release, admin, holder))
        .map(holder -> Arguments.of(release, admin, holder));
  }

  /** All with a superuser on 18, and half of them each on 9.6 and 13; some with every admin. */
  private static boolean represents(String release, AdminKind admin, Holder holder) {
    if (!admin.isSuperuser()) {
      return TELLING.getOrDefault(release, Set.of()).contains(holder);
    }
    boolean even = holder.name().length() % 2 == 0; // as good as any half
    return holder == Holder.TORTURE || release.equals("18") || release.equals("9.6") == even;
  }

  @ParameterizedTest(name = "PostgreSQL {0}, {1}: {2}")
  @MethodSource("holders")
  @Timeout(value = 3, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
  void deletesTheDatabaseWhateverHoldsIt(String release, AdminKind admin, Holder holder)
      throws Exception {
    try (var situation =
        Situation.of(holder, admin, TestPostgres.shared(release), MAX_CONNECTIONS)) {
      holder.isOvercome(situation);
      situation.everythingWasTold();
    }
  }
}
