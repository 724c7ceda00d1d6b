package dev.pgdb.postgres.deletion;

/**
 * What is known of a lock on a database's own row, which keeps it from being altered and dropped
 * (docs/postgresql.md, "Foreign locks").
 */
public enum RowLock {
  /** Nobody is known to have changed or locked the row. */
  NONE,

  /** A transaction may have changed the row, or have nothing to do with it. */
  PERHAPS,

  /** Our last change has waited in vain: so would a DROP, which nobody may cut off. */
  MET;

  static RowLock of(boolean perhaps, boolean lockedOut) {
    if (lockedOut) {
      return MET;
    }
    return perhaps ? PERHAPS : NONE;
  }
}
