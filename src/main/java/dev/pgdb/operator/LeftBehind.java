package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.deletion.DatabaseOriginal;
import java.util.Objects;

/**
 * What a deletion leaves on a server that is away, and all that somebody needs to put it in order:
 * the resource, which has it too, is gone then.
 */
final class LeftBehind {
  private LeftBehind() {}

  static String of(PostgresDatabase database) {
    if (!DatabaseRetention.wasEverOurs(database)) {
      return "";
    }
    return DeletionReport.dropWasSent(database) ? byTheDrop(database) : beforeTheDrop(database);
  }

  /**
   * To open it would be a mistake: it may be damaged, and from PostgreSQL 11 on it is refused. Its
   * OID may mean another one on a server that was made anew.
   */
  private static String byTheDrop(PostgresDatabase database) {
    return "; its DROP had been sent, and what became of it is not known; should the server come"
        + " back, look whether the database is there: SELECT datname FROM pg_database WHERE"
        + " shobj_description(oid, 'pg_database') LIKE '%"
        + Translation.identity(database).claim().uid()
        + "%'; if it is, it may be invalid, or damaged though it looks well: DROP DATABASE it";
  }

  private static String beforeTheDrop(PostgresDatabase database) {
    DatabaseIdentity identity = Translation.identity(database);
    String claim = "; the comment of the database keeps the claim of " + identity.claim().holder();
    DatabaseOriginal original = Translation.original(database);
    if (original == null) {
      return claim;
    }
    var recorded = identity.recorded();
    return claim
        + ", and it may be closed to connections; to open it again: "
        + original.options()
        + (recorded == null
            ? ""
            : " (if it is called "
                + DatabaseName.whenDropped(recorded.oid())
                + ", rename it first)")
        + "; its access privileges were "
        + Objects.requireNonNullElse(original.acl(), "the default");
  }
}
