package dev.pgdb.demo;

import dev.pgdb.api.ConditionType;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresDatabaseStatus;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** What the status of a resource says at one moment, as text. */
record Progress(
    String status,
    String connectRevoked,
    String sessionsTerminated,
    String dropped,
    String terminated) {
  private static final String NOTHING = "-";

  /** The resource is no longer there, and its status with it. */
  static final Progress GONE = new Progress("(resource gone)", NOTHING, NOTHING, NOTHING, NOTHING);

  static Progress of(PostgresDatabase database) {
    PostgresDatabaseStatus status = database.getStatus();
    List<Condition> conditions = status == null ? List.of() : status.conditions();
    var deletion = status == null ? null : status.deletion();
    return new Progress(
        find(conditions, ConditionType.READY).map(Condition::getReason).orElse(NOTHING),
        statusOf(conditions, ConditionType.CONNECT_REVOKED),
        statusOf(conditions, ConditionType.SESSIONS_TERMINATED),
        statusOf(conditions, ConditionType.DROPPED),
        Objects.toString(deletion == null ? null : deletion.sessionsTerminated(), NOTHING));
  }

  /** Whether only counts differ. */
  boolean isSameStageAs(Progress other) {
    return stage().equals(other.stage());
  }

  private List<String> stage() {
    return List.of(status, connectRevoked, sessionsTerminated, dropped);
  }

  private static String statusOf(List<Condition> conditions, ConditionType type) {
    return find(conditions, type).map(Condition::getStatus).orElse(NOTHING);
  }

  private static Optional<Condition> find(List<Condition> conditions, ConditionType type) {
    return conditions.stream().filter(c -> type.type().equals(c.getType())).findFirst();
  }
}
