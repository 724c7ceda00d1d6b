package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.deletion.DeletionStep.AwaitDrop;
import dev.pgdb.postgres.deletion.DeletionStep.AwaitSessions;
import dev.pgdb.postgres.deletion.DeletionStep.AwaitTurn;
import dev.pgdb.postgres.deletion.DeletionStep.Blocked;
import java.util.List;

/**
 * How far a deletion has come after one pass.
 *
 * @param step what it waits for, how it ended, or that the DROP may be sent
 * @param seen the last look at the server
 * @param terminated how many sessions this pass told to end
 */
public record DeletionProgress(DeletionStep step, DatabaseSnapshot seen, int terminated) {

  /** The same for those who may know nothing of other databases on the server. */
  public DeletionProgress withoutOthers() {
    DeletionStep told =
        switch (step) {
          case Blocked(var blockers) -> new Blocked(withoutOthers(blockers));
          case AwaitSessions(var blockers) -> new AwaitSessions(withoutOthers(blockers));
          case AwaitDrop(var blockers) -> new AwaitDrop(withoutOthers(blockers));
          default -> step;
        };
    return at(told);
  }

  /** The same, but for what it waits for. */
  DeletionProgress at(DeletionStep now) {
    return new DeletionProgress(now, seen, terminated);
  }

  static List<Blocker> withoutOthers(List<Blocker> blockers) {
    return blockers.stream()
        .map(
            blocker ->
                switch (blocker) {
                  case ForeignTransaction other -> other.withoutItsOwner();
                  case NoWayIn noWay -> noWay.withoutItsServer();
                  default -> blocker;
                })
        .toList();
  }

  /** What stands in the way. */
  public List<Blocker> blockers() {
    return switch (step) {
      case Blocked(var blockers) -> blockers;
      case AwaitSessions(var blockers) -> blockers;
      case AwaitDrop(var blockers) -> blockers;
      case AwaitTurn(var blockers) -> blockers;
      default -> List.of();
    };
  }
}
