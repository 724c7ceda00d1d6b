package dev.pgdb.postgres.provisioning;

/**
 * Something that is not as it shall be, and that could not be mended.
 *
 * @param what a sentence: which thing, how it is, and why
 */
public record Difference(Kind kind, String what) {
  static final Difference INVALID =
      new Difference(
          Kind.OPTION,
          "it is invalid, since a DROP of it was interrupted: nothing but dropping it is possible;"
              + " delete this resource and create it again for a new, empty database");

  /** What differs. */
  public enum Kind {
    /** An option of the database itself. */
    OPTION,
    SCHEMA,
    EXTENSION,
    /** The owner of a schema: a role that must not be one. */
    OWNER
  }
}
