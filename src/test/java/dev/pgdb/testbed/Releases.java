package dev.pgdb.testbed;

import java.util.List;

/**
 * On which releases of PostgreSQL a test runs: on some that stand for all, or on those of {@code
 * -Dpgdb.test.releases=10,17}, or on {@code all}.
 */
public final class Releases {
  private static final String WANTED = System.getProperty("pgdb.test.releases", "");

  private Releases() {}

  /** Those that are asked for, or else these. */
  public static List<String> orElse(String... some) {
    return switch (WANTED) {
      case "" -> List.of(some);
      case "all" -> TestPostgres.RELEASES;
      default -> List.of(WANTED.split(",", -1));
    };
  }

  /** Those that are asked for by name, or else these. */
  public static List<String> namedOrElse(String... some) {
    return WANTED.equals("all") ? List.of(some) : orElse(some);
  }

  /** Whether nobody has asked for any. */
  public static boolean notAskedFor() {
    return WANTED.isEmpty();
  }
}
