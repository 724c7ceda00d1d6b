package dev.pgdb.operator;

import dev.pgdb.api.ConditionType;
import dev.pgdb.api.Reason;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The conditions of one resource, being made anew. The time of a condition's last transition is
 * kept while its status stays the same.
 */
final class Conditions {
  private final List<Condition> before;
  private final List<Condition> now = new ArrayList<>();
  private final @Nullable Long generation;
  private final Clock clock;

  Conditions(List<Condition> before, @Nullable Long generation, Clock clock) {
    this.before = before;
    this.generation = generation;
    this.clock = clock;
  }

  /** Sets a condition. */
  Conditions with(ConditionType type, boolean status, Reason reason, String message) {
    String text = status ? "True" : "False";
    String since =
        find(before, type)
            .filter(old -> old.getStatus().equals(text))
            .map(Condition::getLastTransitionTime)
            .orElseGet(() -> clock.instant().truncatedTo(ChronoUnit.SECONDS).toString());
    now.add(
        new ConditionBuilder()
            .withType(type.type())
            .withStatus(text)
            .withReason(reason.text())
            .withMessage(message)
            .withLastTransitionTime(since)
            .withObservedGeneration(generation)
            .build());
    return this;
  }

  /** Keeps a condition as it was. */
  void keep(Condition condition) {
    now.add(condition);
  }

  List<Condition> list() {
    return List.copyOf(now);
  }

  static Optional<Condition> find(List<Condition> conditions, ConditionType type) {
    return conditions.stream().filter(c -> type.type().equals(c.getType())).findFirst();
  }

  static boolean isTrue(List<Condition> conditions, ConditionType type) {
    return find(conditions, type).filter(c -> "True".equals(c.getStatus())).isPresent();
  }
}
