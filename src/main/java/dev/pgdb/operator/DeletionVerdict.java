package dev.pgdb.operator;

import dev.pgdb.api.Reason;
import dev.pgdb.postgres.deletion.Blocker;
import dev.pgdb.postgres.deletion.DeletionStep;
import dev.pgdb.postgres.deletion.DeletionStep.*;
import dev.pgdb.postgres.deletion.ReleaseOutcome.Locked;
import java.util.List;

/** Says in the words of conditions what a deletion waits for. */
final class DeletionVerdict {
  private DeletionVerdict() {}

  static Verdict of(DeletionStep step) {
    return switch (step) {
      case Gone gone -> terminating("the database is gone");
      case NotOurs(var why) -> terminating("the database is left alone: " + why);
      case Standby standby ->
          new Verdict.Stalled(
              Reason.STANDBY_SERVER,
              "the server is a standby; the PostgresServer must name the primary");
      case OtherCluster(var identifier) ->
          new Verdict.Stalled(
              Reason.SYSTEM_IDENTIFIER_CHANGED,
              "the server is another cluster than the one that the database was on (system"
                  + " identifier "
                  + identifier
                  + "); repoint the PostgresServer, or set spec.deletion.policy to Retain to let"
                  + " the resource go");
      case Drain(var until) ->
          new Verdict.Waiting(
              Reason.WAITING_FOR_SESSIONS,
              "sessions may end by themselves until " + until + " (spec.deletion.drain)");
      case Blocked(var blockers) -> blocked(blockers);
      case AwaitSessions(var blockers) ->
          blockers.isEmpty() ? terminatingSessions() : blocked(blockers);
      case AwaitDrop(var blockers) ->
          blockers.isEmpty()
              ? new Verdict.Waiting(Reason.DROPPING, "DROP DATABASE is running")
              : blocked(blockers);
      case Drop drop -> new Verdict.Waiting(Reason.DROPPING, "DROP DATABASE is being sent");
      case DropFailed(var why) ->
          new Verdict.Waiting(Reason.DROPPING, "DROP DATABASE failed and is sent again: " + why);
      case AwaitTurn(var blockers) ->
          blockers.isEmpty()
              ? new Verdict.Waiting(
                  Reason.DROP_PENDING,
                  "as many databases of the server are being dropped or created as its spec.maxConnections"
                      + " allows; the turn of this one comes")
              : blocked(blockers);
      case AwaitLock(var oid) ->
          new Verdict.Waiting(
              Reason.DROP_PENDING, "DROP DATABASE has not been sent, since " + othersLock(oid));
      case EnterDatabase enter -> revoking();
      case ReenterDatabase reenter -> revoking();
      case Reclaim reclaim -> revoking();
      case RevokeConnect revoke -> revoking();
      case CloseDoor close -> revoking();
      case TerminateForeign foreign -> terminatingSessions();
      case TerminateSessions all -> terminatingSessions();
      case RollBackPrepared prepared -> terminatingSessions();
      case DropSubscriptions subscriptions -> terminatingSessions();
      case DropSlots slots -> terminatingSessions();
      case LeaveDatabase leave -> terminatingSessions();
      case Bury bury -> terminatingSessions();
    };
  }

  /** The same of a database that is to be given back. */
  static Verdict of(Locked locked) {
    return locked.blockers().isEmpty()
        ? terminating(
            "spec.deletion.policy is Retain, and the database is not given back yet, since "
                + othersLock(locked.oid()))
        : blocked(locked.blockers());
  }

  private static String othersLock(long oid) {
    return "other sessions keep locking the database; who does: SELECT * FROM pg_locks WHERE"
        + " locktype = 'object' AND classid = 'pg_database'::regclass AND objid = "
        + oid
        + "; where that shows nobody, a transaction that has changed it: SELECT pid, xact_start,"
        + " query FROM pg_stat_activity WHERE backend_xid IS NOT NULL; or SELECT * FROM"
        + " pg_prepared_xacts;";
  }

  private static Verdict terminating(String message) {
    return new Verdict.Waiting(Reason.TERMINATING, message);
  }

  private static Verdict revoking() {
    return new Verdict.Waiting(Reason.REVOKING_CONNECT, "CONNECT is being revoked");
  }

  private static Verdict terminatingSessions() {
    return new Verdict.Waiting(Reason.TERMINATING_SESSIONS, "sessions are being terminated");
  }

  private static Verdict blocked(List<Blocker> blockers) {
    Blocker first = blockers.getFirst();
    String more = blockers.size() == 1 ? "" : " (and " + (blockers.size() - 1) + " more)";
    return new Verdict.Stalled(Reason.BLOCKED, first.message() + more + ". " + first.remedy());
  }

  /**
   * The reason of the condition Dropped. A DROP that runs and that no process of ours has noted
   * before it was sent is somebody else's: it may fail, and it is not too late for Retain.
   */
  static Reason dropReason(DeletionStep step) {
    return step instanceof Drop ? Reason.DROPPING : Reason.DROP_PENDING;
  }
}
