package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Sql;

/** Tells people how to get to where a statement has to be said. */
final class Inside {
  private Inside() {}

  /** A closed door lets nobody in, and only a superuser needs no CONNECT once it is open again. */
  static String database(String name, boolean doorClosed, String owner) {
    Sql connect = Sql.of("%I", name);
    return doorClosed
        ? "As a superuser: "
            + Sql.of("ALTER DATABASE %I ALLOW_CONNECTIONS true", name)
            + "; then, in database "
            + connect
            + ": "
        : "In database " + connect + ", as role " + owner + " or a superuser: ";
  }
}
