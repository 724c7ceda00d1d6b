package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresDatabaseStatus;
import dev.pgdb.api.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * What tools that follow kstatus, such as Flux, make of our resources. The rules are those of
 * checkGenericProperties and checkReadyCondition in sigs.k8s.io/cli-utils/pkg/kstatus/status,
 * written again.
 */
class KstatusTest {
  enum Status {
    TERMINATING,
    IN_PROGRESS,
    FAILED,
    CURRENT
  }

  @Test
  void aReadyResourceIsCurrent() {
    assertThat(of(resource(new Verdict.Ready(Reason.AVAILABLE, "it is there"))))
        .isEqualTo(Status.CURRENT);
  }

  @Test
  void aResourceThatIsWorkedOnIsInProgress() {
    assertThat(of(resource(new Verdict.Waiting(Reason.CREATING, "being created"))))
        .isEqualTo(Status.IN_PROGRESS);
  }

  @Test
  void aResourceThatNeedsSomebodyHasFailed() {
    assertThat(of(resource(new Verdict.Stalled(Reason.DATABASE_EXISTS, "was there before"))))
        .isEqualTo(Status.FAILED);
  }

  @Test
  void aChangeThatWasNotSeenYetIsInProgress() {
    var changed = resource(new Verdict.Ready(Reason.AVAILABLE, "it is there"));
    changed.getMetadata().setGeneration(2L);

    assertThat(of(changed)).isEqualTo(Status.IN_PROGRESS);
  }

  @Test
  void aDeletedResourceIsTerminatingWhateverItWaitsFor() {
    var deleted = resource(new Verdict.Stalled(Reason.BLOCKED, "a prepared transaction"));
    deleted.getMetadata().setDeletionTimestamp("2026-11-22T15:00:00Z");

    assertThat(of(deleted)).isEqualTo(Status.TERMINATING);
  }

  private static PostgresDatabase resource(Verdict verdict) {
    var database = new PostgresDatabase();
    database.getMetadata().setGeneration(1L);
    List<Condition> conditions =
        verdict.addTo(new Conditions(List.of(), 1L, Clock.systemUTC())).list();
    database.setStatus(new PostgresDatabaseStatus(1L, conditions, null, null, null));
    return database;
  }

  private static Status of(PostgresDatabase resource) {
    var metadata = resource.getMetadata();
    var status = Objects.requireNonNull(resource.getStatus());
    if (metadata.getDeletionTimestamp() != null) {
      return Status.TERMINATING;
    }
    if (status.observedGeneration() != null
        && !status.observedGeneration().equals(metadata.getGeneration())) {
      return Status.IN_PROGRESS;
    }
    for (Condition condition : status.conditions()) {
      if (condition.getType().equals("Reconciling") && condition.getStatus().equals("True")) {
        return Status.IN_PROGRESS;
      }
      if (condition.getType().equals("Stalled") && condition.getStatus().equals("True")) {
        return Status.FAILED;
      }
    }
    return status.conditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && !c.getStatus().equals("True"))
        ? Status.IN_PROGRESS
        : Status.CURRENT;
  }
}
