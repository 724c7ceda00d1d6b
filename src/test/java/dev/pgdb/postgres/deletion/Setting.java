package dev.pgdb.postgres.deletion;

import java.util.EnumSet;
import java.util.Set;

/**
 * What may happen in a modelled world, and who our admin is.
 *
 * @param rename whether the admin may rename
 * @param superuser whether it may FORCE
 * @param troubles what comes up besides clients, renames, claims and crashes
 * @param faults what our process does wrong, to see that the model notices
 */
record Setting(boolean rename, boolean superuser, Set<Trouble> troubles, Set<Fault> faults) {
  enum Trouble {
    PREPARED_TRANSACTIONS,
    /** Those of other databases, ended by the deletion or by themselves. */
    FOREIGN_LOCKS_TO_END,
    FOREIGN_LOCKS_TO_WAIT_FOR,
    SLOTS_OF_9_6,
    /** Who opens the door again and comes in never stops, as long as the database has its name. */
    DOOR_KEPT_OPEN,
    /** Another process of pgdb, which acts some time after it has looked. */
    SECOND_PROCESS
  }

  enum Fault {
    CHANGES_WHATEVER_HAS_THE_NAME,
    DROPS_WITHOUT_THE_LOCK,
    LETS_RIVALS_GO_FIRST,
    BELIEVES_AN_OLD_LOOK,
    WAITS_FOR_SILENCE
  }

  static Setting of(boolean rename, boolean superuser) {
    return new Setting(
        rename, superuser, EnumSet.noneOf(Trouble.class), EnumSet.noneOf(Fault.class));
  }

  Setting with(Trouble... more) {
    return new Setting(rename, superuser, Set.of(more), faults);
  }

  /** What our process does wrong, to see that the model notices. */
  Setting but(Fault fault) {
    return new Setting(rename, superuser, troubles, Set.of(fault));
  }

  boolean has(Trouble trouble) {
    return troubles.contains(trouble);
  }

  boolean has(Fault fault) {
    return faults.contains(fault);
  }

  boolean foreignLocks() {
    return has(Trouble.FOREIGN_LOCKS_TO_END) || has(Trouble.FOREIGN_LOCKS_TO_WAIT_FOR);
  }
}
