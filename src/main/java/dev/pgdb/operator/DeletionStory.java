package dev.pgdb.operator;

import static dev.pgdb.api.ConditionType.CONNECT_REVOKED;
import static dev.pgdb.api.ConditionType.SESSIONS_TERMINATED;
import static dev.pgdb.api.ConditionType.STALLED;

import dev.pgdb.api.ConditionType;
import dev.pgdb.api.DeletionStatus;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresDatabaseStatus;
import dev.pgdb.api.Reason;
import dev.pgdb.postgres.deletion.Subscription;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Tells each milestone of a deletion in one Event: when a condition changes, not at each pass. */
final class DeletionStory {
  private static final Optional<String> BLOCKED = Optional.of(Reason.BLOCKED.text());

  private final EventRecorder events;
  private final DeletionMetrics metrics;
  private final BlockerNews news;

  /** How each deletion has ended whose resource could not be let go yet. */
  private final Map<String, EventReason> endings = new ConcurrentHashMap<>();

  DeletionStory(EventRecorder events, DeletionMetrics metrics, BlockerNews news) {
    this.events = events;
    this.metrics = metrics;
    this.news = news;
  }

  void begun(PostgresDatabase database) {
    events.normal(
        database,
        EventReason.DELETION_STARTED,
        "dropping " + name(database) + " of " + server(database));
  }

  void changed(
      PostgresDatabase database, PostgresDatabaseStatus before, PostgresDatabaseStatus after) {
    if (becameTrue(CONNECT_REVOKED, before, after)) {
      events.normal(database, EventReason.CONNECT_REVOKED, message(CONNECT_REVOKED, after));
    }
    if (becameTrue(SESSIONS_TERMINATED, before, after)) {
      events.normal(
          database,
          EventReason.SESSIONS_TERMINATED,
          terminated(after) + " sessions terminated, none is left in " + name(database));
    }
    Optional<String> stalled = reasonWhenTrue(after);
    if (stalled.isPresent() && isNews(database, stalled, before, after)) {
      events.stalled(database, stalled.get(), message(STALLED, after));
    }
  }

  private boolean isNews(
      PostgresDatabase database,
      Optional<String> stalled,
      PostgresDatabaseStatus before,
      PostgresDatabaseStatus after) {
    boolean asBefore = stalled.equals(reasonWhenTrue(before));
    return stalled.equals(BLOCKED)
        ? news.isNews(database.getMetadata().getUid(), asBefore, before, after)
        : !asBefore;
  }

  /** One without a slot of its own leaves nothing behind. */
  void orphaned(PostgresDatabase database, Subscription subscription) {
    if (subscription.slot() == null) {
      return;
    }
    events.warning(
        database,
        EventReason.REPLICATION_SLOT_ORPHANED,
        "subscription "
            + subscription.name()
            + " was dropped without its publisher, which still keeps replication slot "
            + subscription.slot()
            + " and WAL for it; there: SELECT pg_drop_replication_slot('"
            + subscription.slot()
            + "')");
  }

  void tooLate(PostgresDatabase database) {
    events.warning(
        database,
        EventReason.TOO_LATE,
        "spec.deletion.policy is Retain by now, but the DROP has already been sent: "
            + name(database)
            + " cannot be kept");
  }

  void dropped(PostgresDatabase database) {
    if (isNews(database, EventReason.DROPPED)) {
      metrics.dropped(database);
      events.normal(database, EventReason.DROPPED, name(database) + " is gone");
    }
  }

  void alreadyGone(PostgresDatabase database) {
    if (isNews(database, EventReason.ALREADY_GONE)) {
      metrics.dropped(database);
      events.normal(
          database,
          EventReason.ALREADY_GONE,
          name(database) + " was gone before pgdb has sent a DROP: somebody else has dropped it");
    }
  }

  void released(PostgresDatabase database, String why) {
    if (isNews(database, EventReason.RELEASED)) {
      metrics.released();
      events.warning(database, EventReason.RELEASED, why);
    }
  }

  /** An ending is met again where the API server could not be told to let the resource go. */
  private boolean isNews(PostgresDatabase database, EventReason ending) {
    return !ending.equals(endings.put(database.getMetadata().getUid(), ending));
  }

  /** The resource is let go. */
  void forget(PostgresDatabase database) {
    String uid = database.getMetadata().getUid();
    news.forget(uid);
    endings.remove(uid);
  }

  private static boolean becameTrue(
      ConditionType type, PostgresDatabaseStatus before, PostgresDatabaseStatus after) {
    return Conditions.isTrue(after.conditions(), type)
        && !Conditions.isTrue(before.conditions(), type);
  }

  private static Optional<String> reasonWhenTrue(PostgresDatabaseStatus status) {
    return Conditions.find(status.conditions(), STALLED)
        .filter(condition -> "True".equals(condition.getStatus()))
        .map(condition -> condition.getReason());
  }

  private static String message(ConditionType type, PostgresDatabaseStatus status) {
    return Conditions.find(status.conditions(), type).orElseThrow().getMessage();
  }

  private static long terminated(PostgresDatabaseStatus status) {
    DeletionStatus deletion = status.deletion();
    return deletion == null || deletion.sessionsTerminated() == null
        ? 0
        : deletion.sessionsTerminated();
  }

  private static String name(PostgresDatabase database) {
    var status = Translation.status(database);
    String oid = status == null || status.oid() == null ? "" : " (OID " + status.oid() + ")";
    return "database \"" + Translation.databaseName(database) + "\"" + oid;
  }

  private static String server(PostgresDatabase database) {
    var server = References.serverOf(database);
    return "PostgresServer " + server.getNamespace().orElse("") + "/" + server.getName();
  }
}
