package dev.pgdb.api;

/** What to do with a database that existed before its resource. */
public enum ExistingDatabase {
  /** Report it and leave it alone, also when the resource is deleted. */
  Refuse,
  /** Claim it, unless another resource does. */
  Adopt
}
