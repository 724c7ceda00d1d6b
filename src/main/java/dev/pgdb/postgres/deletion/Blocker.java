package dev.pgdb.postgres.deletion;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the way of a deletion and does not go by itself. Each says what it is, since when,
 * and the one thing that a person with the right privilege can do.
 */
public sealed interface Blocker
    permits DeafSession,
        FailingDrop,
        ForbiddenSession,
        ForeignTransaction,
        MissingPrivilege,
        NoWayIn,
        PreparedTransactionLeft,
        ProcSignalBarrier,
        ReservedDatabase,
        SlotLeft,
        SubscriptionLeft,
        SynchronousStandby {
  /** The kind of it, as in {@code status.deletion.blockers}. */
  default String type() {
    return getClass().getSimpleName();
  }

  /** Which one it is. */
  String subject();

  @Nullable Instant since();

  /** What it prevents, without a full stop. */
  String message();

  /** What to do, in sentences, with the statement or command. */
  String remedy();
}
