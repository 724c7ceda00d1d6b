package dev.pgdb.postgres.deletion;

/** Something happened in a modelled world that never must. */
final class Broken extends RuntimeException {
  private static final long serialVersionUID = 1;

  Broken(String rule) {
    super(rule);
  }

  static void unless(boolean holds, String broken) {
    if (!holds) {
      throw new Broken(broken);
    }
  }
}
