package dev.pgdb.postgres.deletion;

import java.time.Instant;
import java.util.Set;

/**
 * What the user allows; what is not allowed is waited for.
 *
 * @param drainUntil until then sessions may end by themselves
 * @param rollBackPrepared whether prepared transactions of the database are rolled back
 * @param dropSubscriptions whether its subscriptions are dropped
 * @param dropSlots whether its logical replication slots are dropped
 * @param terminateForeign whether transactions of other databases that lock it are ended
 * @param spared names of databases that are not dropped, since other admins of pgdb live in them
 */
public record DeletionPolicy(
    Instant drainUntil,
    boolean rollBackPrepared,
    boolean dropSubscriptions,
    boolean dropSlots,
    boolean terminateForeign,
    Set<String> spared) {

  public DeletionPolicy {
    spared = Set.copyOf(spared);
  }

  /** Where there is no other admin. */
  public DeletionPolicy(
      Instant drainUntil,
      boolean rollBackPrepared,
      boolean dropSubscriptions,
      boolean dropSlots,
      boolean terminateForeign) {
    this(drainUntil, rollBackPrepared, dropSubscriptions, dropSlots, terminateForeign, Set.of());
  }

  /** The same, but that none of these is dropped. */
  public DeletionPolicy sparing(Set<String> names) {
    return new DeletionPolicy(
        drainUntil, rollBackPrepared, dropSubscriptions, dropSlots, terminateForeign, names);
  }
}
