package dev.pgdb.api;

/** What to do with logical replication subscriptions of the database. */
public enum Subscriptions {
  /** DROP SUBSCRIPTION each of them; their slots stay on the publishers. */
  Drop,
  /** Wait until somebody drops them. */
  Wait
}
