package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.DatabaseRow;
import org.jspecify.annotations.Nullable;

/**
 * What a deletion changes of a database, as it was before.
 *
 * @param acl the text form of its access privileges; null means the default
 */
public record DatabaseOriginal(
    String name,
    @Nullable String acl,
    boolean allowConnections,
    int connectionLimit,
    boolean template) {

  /** Takes it down before anything is touched. */
  public static DatabaseOriginal of(DatabaseRow row) {
    return new DatabaseOriginal(
        row.name(), row.acl(), row.allowConnections(), row.connectionLimit(), row.template());
  }
}
