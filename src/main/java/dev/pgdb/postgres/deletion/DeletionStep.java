package dev.pgdb.postgres.deletion;

import java.time.Instant;
import java.util.List;

/** The one thing to do next about a database that is to be deleted. */
public sealed interface DeletionStep {

  /** Nothing more can be done in this pass. */
  sealed interface Pause extends DeletionStep {}

  /** It does not exist: nothing is left to do. */
  record Gone() implements Pause {}

  /** What exists is not ours and is not touched. */
  record NotOurs(String why) implements Pause {}

  /** The server is in recovery: only a primary can drop a database. */
  record Standby() implements Pause {}

  /** The server is another cluster than the one on which the database became ours. */
  record OtherCluster(String systemIdentifier) implements Pause {}

  /** Something stands in the way that only a person, or time, can take away. */
  record Blocked(List<Blocker> blockers) implements Pause {}

  /** Sessions may end by themselves until then. */
  record Drain(Instant until) implements Pause {}

  /** The database is empty and closed: the DROP may be sent. This is the point of no return. */
  record Drop(boolean force) implements Pause {}

  /**
   * As many DROPs as may run at once do so, and the turn of this one comes; blockers are what those
   * wait for.
   */
  record AwaitTurn(List<Blocker> blockers) implements Pause {}

  /**
   * The DROP was not sent, or was called back before it began: others have, or want, a lock that it
   * needs first.
   */
  record AwaitLock(long oid) implements Pause {}

  /** The DROP is under way; blockers are what it waits for, as far as that can be known. */
  record AwaitDrop(List<Blocker> blockers) implements Pause {}

  /** The DROP has just failed and is not sent again at once. */
  record DropFailed(String why) implements Pause {}

  /** Sessions were told to end and have not all done so; blockers are those that will not. */
  record AwaitSessions(List<Blocker> blockers) implements DeletionStep {}

  /** Put our claim back into the comment of a database that is ours by its OID. */
  record Reclaim() implements DeletionStep {}

  /** Open a session inside, before the door is closed: some things can be ended only there. */
  record EnterDatabase() implements DeletionStep {}

  /** Get inside although the door is closed: open it for a moment. */
  record ReenterDatabase() implements DeletionStep {}

  /** Take CONNECT back from every grantee who has got it behind the closed door. */
  record RevokeConnect(List<ConnectGrant> grants) implements DeletionStep {}

  /** Refuse every new session, also of owners and superusers, and revoke what can be revoked. */
  record CloseDoor(List<ConnectGrant> grants) implements DeletionStep {}

  /** End every session. */
  record TerminateSessions(List<Backend> backends) implements DeletionStep {}

  /** End the transactions of other databases that lock ours. */
  record TerminateForeign(List<ForeignLock> locks) implements DeletionStep {}

  /** Roll back what was prepared in the database. */
  record RollBackPrepared(List<PreparedTransaction> transactions) implements DeletionStep {}

  /** Drop the subscriptions of the database. */
  record DropSubscriptions(List<Subscription> subscriptions) implements DeletionStep {}

  /** Drop the replication slots of the database, which only from PostgreSQL 10 on go with it. */
  record DropSlots(List<ReplicationSlot> slots) implements DeletionStep {}

  /** Leave the database: our session there holds it up like any other. */
  record LeaveDatabase() implements DeletionStep {}

  /** Rename it to a name of our own that tells its OID. */
  record Bury() implements DeletionStep {}
}
