package dev.pgdb.operator;

/** What an Event tells of that no condition does. */
enum EventReason {
  /** The server could be reached, and the admin logged in. */
  CONNECTED("Connected"),
  /** The database is there. */
  CREATED("Created"),
  /** A deletion has begun. */
  DELETION_STARTED("DeletionStarted"),
  /** Nobody can connect to the database any more. */
  CONNECT_REVOKED("ConnectRevoked"),
  /** No session is left in the database. */
  SESSIONS_TERMINATED("SessionsTerminated"),
  /** The database was dropped. */
  DROPPED("Dropped"),
  /** Somebody else had dropped it. */
  ALREADY_GONE("AlreadyGone"),
  /** The resource went, and its database was left alone. */
  RELEASED("Released"),
  /** The policy has become Retain when the DROP had been sent. */
  TOO_LATE("TooLate"),
  /** A publisher keeps a slot for a subscription that is gone. */
  REPLICATION_SLOT_ORPHANED("ReplicationSlotOrphaned"),
  /** The owner went with its database. */
  OWNER_DROPPED("OwnerDropped"),
  /** The owner stays. */
  OWNER_KEPT("OwnerKept");

  private final String text;

  EventReason(String text) {
    this.text = text;
  }

  /** The reason as it stands in the Event. */
  String text() {
    return text;
  }
}
