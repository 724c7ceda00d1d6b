package dev.pgdb.operator;

import static dev.pgdb.api.ConditionType.CONNECT_REVOKED;
import static dev.pgdb.api.ConditionType.DROPPED;
import static dev.pgdb.api.ConditionType.SESSIONS_TERMINATED;

import dev.pgdb.api.BlockerStatus;
import dev.pgdb.api.DeletionStatus;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresDatabaseStatus;
import dev.pgdb.api.Reason;
import dev.pgdb.api.SessionStatus;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.deletion.Backend;
import dev.pgdb.postgres.deletion.Blocker;
import dev.pgdb.postgres.deletion.ConnectGrant;
import dev.pgdb.postgres.deletion.DatabaseOriginal;
import dev.pgdb.postgres.deletion.DatabaseSnapshot;
import dev.pgdb.postgres.deletion.DeletionProgress;
import io.fabric8.kubernetes.api.model.Condition;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts the progress of a deletion into the status of its resource. */
final class DeletionReport {
  private static final int SESSIONS_SHOWN = 10;
  private static final int BLOCKERS_SHOWN = 10;
  private static final int GRANTEES_SHOWN = 10;

  private final PostgresDatabase database;
  private final PostgresDatabaseStatus before;
  private final Clock clock;

  DeletionReport(PostgresDatabase database, Clock clock) {
    this.database = database;
    this.before = Statuses.of(database);
    this.clock = clock;
  }

  /** Before anything is touched: what the database was like. */
  PostgresDatabaseStatus begun(DatabaseRow row) {
    var deletion =
        new DeletionStatus(
            database.getMetadata().getDeletionTimestamp(),
            0,
            0L,
            List.of(),
            null,
            List.of(),
            Translation.original(DatabaseOriginal.of(row)));
    List<Condition> conditions =
        new Verdict.Waiting(Reason.TERMINATING, "the deletion has begun")
            .addTo(conditions())
            .with(CONNECT_REVOKED, false, Reason.REVOKING_CONNECT, "clients can still connect")
            .with(
                SESSIONS_TERMINATED, false, Reason.SESSIONS_LEFT, "nobody has been terminated yet")
            .with(DROPPED, false, Reason.DROP_PENDING, "the database still exists")
            .list();
    return Statuses.next(database, conditions, before.database(), deletion);
  }

  /** Something outside the database keeps the deletion from going on. */
  PostgresDatabaseStatus held(Verdict verdict) {
    Conditions conditions = verdict.addTo(conditions());
    for (var type : List.of(CONNECT_REVOKED, SESSIONS_TERMINATED)) {
      Conditions.find(before.conditions(), type).ifPresent(conditions::keep);
    }
    if (Conditions.find(before.conditions(), DROPPED).isPresent()) {
      Reason reason = dropWasSent(database) ? Reason.DROPPING : Reason.DROP_PENDING;
      conditions.with(DROPPED, false, reason, verdict.message());
    }
    return Statuses.next(database, conditions.list());
  }

  /** The same, where it is known what stands in the way, or that nothing does. */
  PostgresDatabaseStatus held(Verdict verdict, List<Blocker> blockers) {
    PostgresDatabaseStatus held = held(verdict);
    DeletionStatus noted = before.deletion();
    if (noted == null) {
      if (blockers.isEmpty()) {
        return held;
      }
      String began = database.getMetadata().getDeletionTimestamp();
      noted = new DeletionStatus(began, 0, 0L, List.of(), null, List.of(), null);
    }
    DeletionStatus now = left(noted, noted.sessions(), noted.sessionsLeft(), shown(blockers));
    return Statuses.next(database, held.conditions(), before.database(), now);
  }

  /** The database is gone, and its owner is not yet: nothing else is in the way any more. */
  PostgresDatabaseStatus gone(Verdict verdict) {
    Conditions conditions = verdict.addTo(conditions());
    for (var type : List.of(CONNECT_REVOKED, SESSIONS_TERMINATED)) {
      Conditions.find(before.conditions(), type).ifPresent(conditions::keep);
    }
    conditions.with(
        DROPPED,
        false,
        dropWasSent(database) ? Reason.DROPPING : Reason.DROP_PENDING,
        "the database is gone, and its owner role is not yet");
    DeletionStatus noted = before.deletion();
    return Statuses.next(
        database,
        conditions.list(),
        before.database(),
        noted == null ? null : left(noted, List.of(), 0, List.of()));
  }

  private static DeletionStatus left(
      DeletionStatus noted,
      List<SessionStatus> sessions,
      @Nullable Integer sessionsLeft,
      List<BlockerStatus> blockers) {
    return new DeletionStatus(
        noted.startedAt(),
        noted.passes(),
        noted.sessionsTerminated(),
        sessions,
        sessionsLeft,
        blockers,
        noted.original());
  }

  /** After a pass. */
  PostgresDatabaseStatus after(DeletionProgress progress) {
    DatabaseSnapshot seen = progress.seen();
    Verdict verdict = DeletionVerdict.of(progress.step());
    Conditions conditions = verdict.addTo(conditions());
    if (seen.doorClosed()) {
      conditions.with(CONNECT_REVOKED, true, Reason.CONNECT_REVOKED, nobodyConnects(seen.grants()));
    } else {
      conditions.with(CONNECT_REVOKED, false, Reason.REVOKING_CONNECT, "clients can still connect");
    }
    if (seen.doorClosed() && seen.empty()) {
      conditions.with(SESSIONS_TERMINATED, true, Reason.NO_SESSIONS, "no session is left");
    } else {
      conditions.with(SESSIONS_TERMINATED, false, Reason.SESSIONS_LEFT, sessionsLeft(seen));
    }
    conditions.with(
        DROPPED,
        false,
        dropWasSent(database) ? Reason.DROPPING : DeletionVerdict.dropReason(progress.step()),
        verdict.message()); // what the DROP waits for
    return Statuses.next(database, conditions.list(), before.database(), deletion(progress));
  }

  /**
   * The status before, as if it had been made by the same pass: that one more pass was made is no
   * news.
   */
  static PostgresDatabaseStatus countingPassesOf(
      PostgresDatabaseStatus status, PostgresDatabaseStatus before) {
    DeletionStatus now = status.deletion();
    DeletionStatus then = before.deletion();
    if (now == null || then == null) {
      return before;
    }
    return new PostgresDatabaseStatus(
        before.observedGeneration(),
        before.conditions(),
        before.database(),
        before.binding(),
        new DeletionStatus(
            then.startedAt(),
            now.passes(),
            then.sessionsTerminated(),
            then.sessions(),
            then.sessionsLeft(),
            then.blockers(),
            then.original()));
  }

  /** Whether a DROP may have been sent for this resource, by whichever process. */
  static boolean dropWasSent(PostgresDatabase database) {
    return Conditions.find(Statuses.of(database).conditions(), DROPPED)
        .filter(dropped -> Reason.DROPPING.text().equals(dropped.getReason()))
        .isPresent();
  }

  private Conditions conditions() {
    return new Conditions(before.conditions(), database.getMetadata().getGeneration(), clock);
  }

  static String nobodyConnects(List<ConnectGrant> grants) {
    String closed = "nobody can connect: ALLOW_CONNECTIONS is false";
    if (grants.isEmpty()) {
      return closed + " and CONNECT is revoked from every grantee";
    }
    String left =
        grants.stream()
            .limit(GRANTEES_SHOWN)
            .map(ConnectGrant::grantee)
            .map(grantee -> Objects.requireNonNullElse(grantee, "PUBLIC"))
            .collect(Collectors.joining(", "));
    int more = grants.size() - GRANTEES_SHOWN;
    return closed
        + "; CONNECT is still granted to "
        + left
        + (more > 0 ? ", and " + more + " more" : "");
  }

  private static String sessionsLeft(DatabaseSnapshot seen) {
    int prepared = seen.preparedTransactions().size();
    String sessions = seen.backends().size() + " sessions are left";
    return prepared == 0 ? sessions : sessions + ", and " + prepared + " prepared transactions";
  }

  private DeletionStatus deletion(DeletionProgress progress) {
    DeletionStatus noted = before.deletion();
    List<Backend> backends = progress.seen().backends();
    return new DeletionStatus(
        noted == null ? database.getMetadata().getDeletionTimestamp() : noted.startedAt(),
        1 + (noted == null || noted.passes() == null ? 0 : noted.passes()),
        progress.terminated() + terminatedBefore(noted),
        backends.stream().limit(SESSIONS_SHOWN).map(DeletionReport::session).toList(),
        backends.size(),
        shown(progress.blockers()),
        noted == null ? null : noted.original());
  }

  private static long terminatedBefore(@Nullable DeletionStatus noted) {
    return noted == null || noted.sessionsTerminated() == null ? 0 : noted.sessionsTerminated();
  }

  /** Of each type, so that none is missing. Thousands of sessions would be too much for etcd. */
  private static List<BlockerStatus> shown(List<Blocker> blockers) {
    var shown = new HashMap<String, Integer>();
    return blockers.stream()
        .filter(blocker -> shown.merge(blocker.type(), 1, Integer::sum) <= BLOCKERS_SHOWN)
        .map(DeletionReport::blocker)
        .toList();
  }

  private static BlockerStatus blocker(Blocker blocker) {
    Instant since = blocker.since();
    return new BlockerStatus(
        blocker.type(),
        blocker.subject(),
        since == null ? null : since.toString(),
        blocker.message(),
        blocker.remedy());
  }

  private static SessionStatus session(Backend backend) {
    Instant since = backend.since();
    return new SessionStatus(
        backend.pid(),
        backend.role(),
        backend.application(),
        backend.client(),
        backend.type(),
        backend.state(),
        since == null ? null : since.toString());
  }
}
