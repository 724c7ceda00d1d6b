package dev.pgdb.api;

/** What to do with logical replication slots of the database. */
public enum ReplicationSlots {
  /** End what streams from them and drop them with the database. */
  Drop,
  /** Wait until somebody drops them. */
  Wait
}
