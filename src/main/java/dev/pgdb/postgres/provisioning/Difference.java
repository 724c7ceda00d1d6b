package dev.pgdb.postgres.provisioning;

import org.jspecify.annotations.Nullable;

/**
 * Something that is not as it shall be, and that could not be mended.
 *
 * @param what a sentence: which thing, how it is, and why
 * @param said what was said on the way to it, which may tell of the server itself; null where
 *     nothing was
 */
public record Difference(Kind kind, String what, @Nullable String said) {
  static final Difference INVALID =
      new Difference(
          Kind.OPTION,
          "it is invalid, since a DROP of it was interrupted: nothing but dropping it is possible;"
              + " delete this resource and create it again for a new, empty database");

  Difference(Kind kind, String what) {
    this(kind, what, null);
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
