package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.Reason;
import dev.pgdb.operator.ServerAccess.Granted;
import dev.pgdb.postgres.ServerMessage;
import dev.pgdb.postgres.provisioning.OwnerFate;
import dev.pgdb.postgres.provisioning.OwnerFate.Dropped;
import dev.pgdb.postgres.provisioning.OwnerFate.Kept;
import dev.pgdb.postgres.provisioning.OwnerFate.Locked;
import dev.pgdb.postgres.provisioning.OwnerFate.Refused;
import dev.pgdb.postgres.provisioning.OwnerFate.Shared;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drops the owner with its database, and tells what has become of it. */
final class OwnerRemoval {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerRemoval.class);

  /** So long a deletion waits for a transaction that has changed the role and does not end. */
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final EventRecorder events;
  private final Clock clock;

  /** Since when roles of a resource, by its uid, have been locked. */
  private final Map<String, Instant> locked = new ConcurrentHashMap<>();

  OwnerRemoval(EventRecorder events, Clock clock) {
    this.events = events;
    this.clock = clock;
  }

  /**
   * Whatever the server refuses is told and keeps nobody waiting. What ends by itself is waited
   * for, since nobody else would drop the role later, but not for ever.
   *
   * @return what is waited for
   * @throws SQLException where the server cannot be asked: try again later
   */
  Optional<Verdict> release(PostgresDatabase database, Granted server) throws SQLException {
    var claim = Translation.identity(database).claim();
    var waitedFor = new ArrayList<Locked>();
    for (OwnerFate fate : server.connection().owners().release(claim)) {
      if (fate instanceof Locked later) {
        waitedFor.add(later);
      } else {
        tell(database, fate, server.foreign());
      }
    }
    if (!waitedFor.isEmpty() && mayWait(database)) {
      return Optional.of(waiting(waitedFor));
    }
    locked.remove(database.getMetadata().getUid());
    if (!waitedFor.isEmpty()) {
      leave(database, server);
      waitedFor.forEach(one -> tell(database, one, server.foreign()));
    }
    return Optional.empty();
  }

  /** The database stays, or is another's: its owner is a role like any other from now on. */
  static void leave(PostgresDatabase database, Granted server) throws SQLException {
    server
        .connection()
        .owners()
        .leave(Translation.identity(database).claim())
        .forEach(refused -> claimStays(database, refused.role(), refused.why()));
  }

  static void claimStays(PostgresDatabase database, String role, @Nullable String cause) {
    LOG.atWarn()
        .addKeyValue("database", References.path(ResourceID.fromResource(database)))
        .addKeyValue("role", role)
        .addKeyValue("cause", cause)
        .log("The claim on its owner role stays");
  }

  /** The resource is let go. */
  void forget(PostgresDatabase database) {
    locked.remove(database.getMetadata().getUid());
  }

  private boolean mayWait(PostgresDatabase database) {
    Instant now = clock.instant();
    Instant since = locked.computeIfAbsent(database.getMetadata().getUid(), uid -> now);
    return now.isBefore(since.plus(PATIENCE));
  }

  private static Verdict waiting(List<Locked> roles) {
    Locked first = roles.getFirst();
    return new Verdict.Waiting(
        Reason.TERMINATING,
        "the database is gone; role \""
            + first.role()
            + "\", which was created for it, goes when a transaction that has changed it ends, and"
            + " stays where that takes two minutes: "
            + ServerMessage.firstLine(first.why())); // the rest differs from look to look
  }

  private static String told(String why, boolean foreign) {
    return foreign ? ServerMessage.firstLine(why) : why;
  }

  /**
   * @param foreign whether those who read it may not know of other databases on the server
   */
  private void tell(PostgresDatabase database, OwnerFate fate, boolean foreign) {
    String role = "role \"" + fate.role() + "\"";
    switch (fate) {
      case Dropped dropped ->
          events.normal(
              database,
              EventReason.OWNER_DROPPED,
              role + ", which was created for the database, is gone");
      case Shared shared ->
          events.normal(
              database,
              EventReason.OWNER_KEPT,
              role + " stays: other PostgresDatabases use it, and it goes with the last of them");
      case Kept kept -> {
        String stays = role + " stays, since objects belong to it or rights were granted to it";
        String remedy = stays + "; to drop it, " + kept.remedy();
        if (foreign) {
          LOG.atInfo().log(remedy);
        }
        events.warning(
            database, EventReason.OWNER_KEPT, foreign ? stays + ServerErrors.SEE_LOG : remedy);
      }
      case Locked(var name, var why) -> refused(database, new Refused(name, why), foreign);
      case Refused refused -> refused(database, refused, foreign);
    }
  }

  private void refused(PostgresDatabase database, Refused role, boolean foreign) {
    events.warning(
        database,
        EventReason.OWNER_KEPT,
        "role \""
            + role.role()
            + "\" stays, since it could not be dropped: "
            + told(role.why(), foreign)
            + "; to drop it: "
            + role.remedy());
  }
}
