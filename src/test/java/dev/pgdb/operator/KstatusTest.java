package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresDatabaseStatus;
import dev.pgdb.api.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What tools that follow kstatus make of what pgdb can say of a resource. */
class KstatusTest {
  @Test
  void aReadyResourceIsCurrent() {
    assertThat(of(resource(new Verdict.Ready(Reason.AVAILABLE, "it is there"))))
        .isEqualTo(Kstatus.CURRENT);
  }

  @Test
  void aResourceThatIsWorkedOnIsInProgress() {
    assertThat(of(resource(new Verdict.Waiting(Reason.CREATING, "being created"))))
        .isEqualTo(Kstatus.IN_PROGRESS);
  }

  @Test
  void aResourceThatNeedsSomebodyHasFailed() {
    assertThat(of(resource(new Verdict.Stalled(Reason.DATABASE_EXISTS, "was there before"))))
        .isEqualTo(Kstatus.FAILED);
  }

  @Test
  void aChangeThatWasNotSeenYetIsInProgress() {
    var changed = resource(new Verdict.Ready(Reason.AVAILABLE, "it is there"));
    changed.getMetadata().setGeneration(2L);

    assertThat(of(changed)).isEqualTo(Kstatus.IN_PROGRESS);
  }

  @Test
  void aDeletedResourceIsTerminatingWhateverItWaitsFor() {
    var deleted = resource(new Verdict.Stalled(Reason.BLOCKED, "a prepared transaction"));
    deleted.getMetadata().setDeletionTimestamp("2026-11-22T15:00:00Z");

    assertThat(of(deleted)).isEqualTo(Kstatus.TERMINATING);
  }

  private static PostgresDatabase resource(Verdict verdict) {
    var database = new PostgresDatabase();
    database.getMetadata().setGeneration(1L);
    List<Condition> conditions =
        verdict.addTo(new Conditions(List.of(), 1L, Clock.systemUTC())).list();
    database.setStatus(new PostgresDatabaseStatus(1L, conditions, null, null, null));
    return database;
  }

  private static Kstatus of(PostgresDatabase resource) {
    return Kstatus.of(
        Serialization.unmarshal(Serialization.asJson(resource), GenericKubernetesResource.class));
  }
}
