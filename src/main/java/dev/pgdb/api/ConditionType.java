package dev.pgdb.api;

/** The conditions that the resources report. */
public enum ConditionType {
  /** The resource is as its spec says. */
  READY("Ready"),
  /** Work is under way. */
  RECONCILING("Reconciling"),
  /** Nothing moves until somebody acts; the message says what to do. */
  STALLED("Stalled"),
  /** Deletion: nobody but the admin can connect any more. */
  CONNECT_REVOKED("ConnectRevoked"),
  /** Deletion: no session, no starting backend and no prepared transaction is left. */
  SESSIONS_TERMINATED("SessionsTerminated"),
  /** Deletion: the database is gone. */
  DROPPED("Dropped");

  private final String type;

  ConditionType(String type) {
    this.type = type;
  }

  /** The type as it stands in {@code status.conditions}. */
  public String type() {
    return type;
  }
}
