package dev.pgdb.operator;

import static dev.pgdb.api.ConditionType.READY;
import static dev.pgdb.api.ConditionType.RECONCILING;
import static dev.pgdb.api.ConditionType.STALLED;

import dev.pgdb.api.Reason;

/** How a resource stands, in the words of kstatus. */
sealed interface Verdict {
  Reason reason();

  String message();

  /** All is as the spec says. */
  record Ready(Reason reason, String message) implements Verdict {}

  /** It is being worked on and needs nobody. */
  record Waiting(Reason reason, String message) implements Verdict {}

  /** It needs somebody: nothing will change by itself. */
  record Stalled(Reason reason, String message) implements Verdict {}

  /** The three conditions that every resource has. */
  default Conditions addTo(Conditions conditions) {
    boolean reconciling = this instanceof Waiting;
    boolean stalled = this instanceof Stalled;
    String fine = "nothing stands in the way";
    return conditions
        .with(READY, this instanceof Ready, reason(), message())
        .with(
            RECONCILING,
            reconciling,
            reconciling ? reason() : stalled ? Reason.PROGRESSING : Reason.RECONCILE_COMPLETE,
            reconciling ? message() : stalled ? "waiting for somebody" : message())
        .with(
            STALLED,
            stalled,
            stalled ? reason() : reconciling ? Reason.PROGRESSING : Reason.RECONCILE_COMPLETE,
            stalled ? message() : fine);
  }
}
