package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.ServerMessage;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Something that is not as it shall be, and that could not be mended.
 *
 * @param what a sentence: which thing, and how it is
 * @param said what the server said to the attempt; null where there was none
 */
public record Difference(Kind kind, String what, @Nullable ServerMessage said) {
  static final Difference INVALID =
      new Difference(
          Kind.OPTION,
          "it is invalid, since a DROP of it was interrupted: nothing but dropping it is possible;"
              + " delete this resource and create it again for a new, empty database");

  Difference(Kind kind, String what) {
    this(kind, what, null);
  }

  /** What the server has refused. */
  static Difference of(Kind kind, String what, SQLException refusal) {
    return new Difference(kind, what, ServerMessage.of(refusal));
  }

  /** What differs. */
  public enum Kind {
    /** An option of the database itself. */
    OPTION,
    SCHEMA,
    EXTENSION,
    /** The owner of a schema: a role that must not be one. */
    OWNER,
    /** Nobody has looked yet. */
    PENDING
  }
}
