package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Sql;
import org.jspecify.annotations.Nullable;

/** Tells people how to get to where a statement has to be said. */
final class Inside {
  private Inside() {}

  /**
   * A closed door lets nobody in, and only a superuser needs no CONNECT once it is open again.
   *
   * @param owner who may do it besides a superuser; null where nobody may
   */
  static String database(String name, boolean doorClosed, @Nullable String owner) {
    Sql connect = Sql.of("%I", name);
    return doorClosed
        ? "As a superuser: "
            + Sql.of("ALTER DATABASE %I ALLOW_CONNECTIONS true", name)
            + "; then, in database "
            + connect
            + ": "
        : "In database "
            + connect
            + (owner == null ? ", as a superuser: " : ", as role " + owner + " or a superuser: ");
  }
}
