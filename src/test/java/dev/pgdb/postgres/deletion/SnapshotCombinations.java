package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Snapshots.ANOTHERS_COMMENT;
import static dev.pgdb.postgres.deletion.Snapshots.JUST_NOW;
import static dev.pgdb.postgres.deletion.Snapshots.LONG_AGO;
import static dev.pgdb.postgres.deletion.Snapshots.NOW;
import static dev.pgdb.postgres.deletion.Snapshots.OUR_COMMENT;
import static dev.pgdb.postgres.deletion.Snapshots.client;
import static dev.pgdb.postgres.deletion.Snapshots.database;
import static dev.pgdb.postgres.deletion.Snapshots.foreignLock;

import java.time.Instant;
import java.util.List;

/** Every combination of what can be seen of a database, and of what is allowed, by number. */
final class SnapshotCombinations {
  private static final List<DeletionPolicy> POLICIES =
      List.of(
          new DeletionPolicy(Instant.EPOCH, true, true, true, true),
          new DeletionPolicy(Instant.EPOCH, false, false, false, false),
          new DeletionPolicy(NOW.plusSeconds(30), true, true, true, false));

  private SnapshotCombinations() {}

  /**
   * One of them.
   *
   * @param isOne false from the first number on that is none
   */
  record Case(DatabaseSnapshot seen, DeletionPolicy policy, boolean isOne) {}

  /** Takes the digits of a number, each of its own base, as choices. */
  private static final class Choices {
    private long rest;

    Choices(long number) {
      rest = number;
    }

    int of(int count) {
      int choice = (int) (rest % count);
      rest /= count;
      return choice;
    }

    boolean flip() {
      return of(2) == 1;
    }
  }

  static Case number(long number) {
    var choices = new Choices(number);
    DeletionPolicy policy = POLICIES.get(choices.of(3));
    Snapshots seen =
        database()
            .doorOpen(choices.flip())
            .template(choices.flip())
            .invalid(choices.flip())
            .granted(choices.flip())
            .slots(choices.flip())
            .inside(choices.flip())
            .buried(choices.flip());
    switch (choices.of(4)) {
      case 1 -> seen.backends(client(true));
      case 2 -> seen.backends(client(false));
      case 3 -> seen.deafClient();
      default -> {}
    }
    switch (choices.of(6)) {
      case 1 -> seen.prepared(true);
      case 2 -> seen.prepared(false);
      case 3 -> seen.subscribed(true);
      case 4 -> seen.subscribed(false);
      case 5 -> seen.prepared(true).subscribed(true);
      default -> {}
    }
    switch (choices.of(6)) {
      case 1 -> seen.locked(foreignLock(true, true));
      case 2 -> seen.locked(foreignLock(false, true));
      case 3 -> seen.locked(foreignLock(true, false));
      case 4 -> seen.rowLock(RowLock.PERHAPS);
      case 5 -> seen.rowLock(RowLock.MET);
      default -> {}
    }
    switch (choices.of(5)) {
      case 1 -> seen.dropRunning();
      case 2 -> seen.dropFailed(JUST_NOW);
      case 3 -> seen.dropFailed(LONG_AGO);
      case 4 -> seen.dropOfOthersRunning();
      default -> {}
    }
    switch (choices.of(3)) {
      case 1 -> seen.comment(ANOTHERS_COMMENT);
      case 2 -> seen.comment(null);
      default -> seen.comment(OUR_COMMENT);
    }
    switch (choices.of(3)) {
      case 1 -> seen.rights(true, false, false, true);
      case 2 -> seen.rights(false, false, false, false);
      default -> seen.rights(true, true, true, true);
    }
    switch (choices.of(4)) {
      case 1 -> seen.version(90624).superuser(true);
      case 2 -> seen.version(120022).superuser(true);
      case 3 -> seen.version(130023).superuser(true);
      default -> seen.version(180006).superuser(false);
    }
    return new Case(seen.see(), policy, choices.rest == 0);
  }
}
