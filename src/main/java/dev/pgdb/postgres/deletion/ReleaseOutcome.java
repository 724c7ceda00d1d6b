package dev.pgdb.postgres.deletion;

import java.util.List;

/** How the release of a database ended that shall stay when its resource goes. */
public sealed interface ReleaseOutcome {

  /** It is as it was, and nobody's. */
  record Released() implements ReleaseOutcome {}

  /**
   * There is nothing of ours to release.
   *
   * @param gone whether that is since it does not exist, and not since it is another's
   */
  record NothingOurs(boolean gone) implements ReleaseOutcome {}

  /** The DROP has been sent: the database cannot be kept any more. */
  record TooLate() implements ReleaseOutcome {}

  /** Another database has taken its name in the meantime. */
  record NameTaken(String name) implements ReleaseOutcome {}

  /**
   * Others keep a lock that it needs.
   *
   * @param oid of the database
   * @param blockers who does, as far as that can be known
   */
  record Locked(long oid, List<Blocker> blockers) implements ReleaseOutcome {
    /** The same for those who may know nothing of other databases on the server. */
    public Locked withoutOthers() {
      return new Locked(oid, DeletionProgress.withoutOthers(blockers));
    }
  }

  /** Somebody else works on it right now. */
  record Busy() implements ReleaseOutcome {}
}
