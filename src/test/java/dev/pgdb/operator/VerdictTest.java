package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** kstatus reads Reconciling and Stalled first, people read Ready: they must tell one story. */
class VerdictTest {
  @Test
  void whatIsReadyNeedsNobodyAndNoWork() {
    assertThat(statuses(new Verdict.Ready(Reason.AVAILABLE, "it is there")))
        .isEqualTo(Map.of("Ready", "True", "Reconciling", "False", "Stalled", "False"));
  }

  @Test
  void whatWaitsIsBeingWorkedOn() {
    assertThat(statuses(new Verdict.Waiting(Reason.CREATING, "being created")))
        .isEqualTo(Map.of("Ready", "False", "Reconciling", "True", "Stalled", "False"));
  }

  @Test
  void whatIsStalledNeedsSomebody() {
    assertThat(statuses(new Verdict.Stalled(Reason.LOGIN_FAILED, "wrong password")))
        .isEqualTo(Map.of("Ready", "False", "Reconciling", "False", "Stalled", "True"));
  }

  @Test
  void theReasonStandsInReadyAndInTheConditionThatIsTrue() {
    var stalled = conditions(new Verdict.Stalled(Reason.LOGIN_FAILED, "wrong password"));

    assertThat(stalled)
        .filteredOn(c -> c.getType().equals("Ready") || c.getType().equals("Stalled"))
        .allSatisfy(
            condition -> {
              assertThat(condition.getReason()).isEqualTo("LoginFailed");
              assertThat(condition.getMessage()).isEqualTo("wrong password");
            });
  }

  @Test
  void noMessageIsEmpty() {
    for (Verdict verdict :
        List.of(
            new Verdict.Ready(Reason.AVAILABLE, "a"),
            new Verdict.Waiting(Reason.CREATING, "b"),
            new Verdict.Stalled(Reason.LOGIN_FAILED, "c"))) {
      assertThat(conditions(verdict))
          .hasSize(3)
          .allSatisfy(condition -> assertThat(condition.getMessage()).isNotEmpty());
    }
  }

  private static List<Condition> conditions(Verdict verdict) {
    return verdict.addTo(new Conditions(List.of(), 1L, Clock.systemUTC())).list();
  }

  private static Map<String, String> statuses(Verdict verdict) {
    return conditions(verdict).stream()
        .collect(Collectors.toMap(Condition::getType, Condition::getStatus));
  }
}
