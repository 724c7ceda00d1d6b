package dev.pgdb.postgres.deletion;

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

  /** Somebody else works on it right now. */
  record Busy() implements ReleaseOutcome {}
}
