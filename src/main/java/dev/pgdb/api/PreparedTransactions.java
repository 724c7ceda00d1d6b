package dev.pgdb.api;

/** What to do with transactions that were prepared and never ended. */
public enum PreparedTransactions {
  /** ROLLBACK PREPARED each of them. */
  RollBack,
  /** Wait until somebody ends them. */
  Wait
}
