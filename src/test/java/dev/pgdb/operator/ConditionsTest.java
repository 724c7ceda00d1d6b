package dev.pgdb.operator;

import static dev.pgdb.api.ConditionType.READY;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConditionsTest {
  private static final String EARLIER = "2026-01-01T00:00:00Z";
  private static final String LATER = "2026-01-02T00:00:00Z";

  private final List<Condition> before =
      conditions(List.of(), EARLIER, 1).with(READY, false, Reason.CREATING, "being created").list();

  @Test
  void keepsTheTimeOfTheLastTransitionWhileTheStatusStays() {
    var now =
        conditions(before, LATER, 2).with(READY, false, Reason.TERMINATING, "going away").list();

    assertThat(now)
        .singleElement()
        .satisfies(
            ready -> {
              assertThat(ready.getLastTransitionTime()).isEqualTo(EARLIER);
              assertThat(ready.getReason()).isEqualTo("Terminating");
              assertThat(ready.getMessage()).isEqualTo("going away");
              assertThat(ready.getObservedGeneration()).isEqualTo(2);
            });
  }

  @Test
  void notesTheTimeWhenTheStatusChanges() {
    var now = conditions(before, LATER, 1).with(READY, true, Reason.AVAILABLE, "there").list();

    assertThat(now).extracting(Condition::getLastTransitionTime).containsExactly(LATER);
    assertThat(Conditions.isTrue(now, READY)).isTrue();
  }

  @Test
  void isEqualToWhatItWasWhenNothingHasChanged() {
    var now = conditions(before, LATER, 1).with(READY, false, Reason.CREATING, "being created");

    assertThat(now.list()).isEqualTo(before);
  }

  @Test
  void aConditionThatIsNotThereIsNotTrue() {
    assertThat(Conditions.isTrue(List.of(), READY)).isFalse();
    assertThat(Conditions.isTrue(before, READY)).isFalse();
  }

  private static Conditions conditions(List<Condition> before, String now, long generation) {
    return new Conditions(before, generation, Clock.fixed(Instant.parse(now), ZoneOffset.UTC));
  }
}
