package dev.pgdb.api;

/** What becomes of the database when its resource is deleted. */
public enum DeletionPolicy {
  /** It is dropped. */
  Drop,
  /** It stays, with its connections and grants as they were. */
  Retain
}
