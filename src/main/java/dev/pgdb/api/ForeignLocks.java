package dev.pgdb.api;

/** What to do with sessions of other databases that lock what the deletion needs. */
public enum ForeignLocks {
  /** Wait until they end their transactions. */
  Wait,
  /** Terminate them. */
  Terminate
}
