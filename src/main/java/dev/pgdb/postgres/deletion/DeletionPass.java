package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.LongStatements;
import dev.pgdb.postgres.SqlState;
import dev.pgdb.postgres.deletion.DeletionStep.*;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One go at one database: observe, decide, act, until there is something to wait for. */
final class DeletionPass {
  /** Short enough for people to see the sessions become fewer. */
  private static final Duration LONGEST = Duration.ofMillis(300);

  private static final Duration BREATH = Duration.ofMillis(10);

  private final AdminSession session;
  private final AdminSessions sessions;
  private final LongStatements statements;
  private final InsideActions insideActions;
  private final DeletionMemory memory;
  private final DeletionRequest request;
  private final Clock clock;
  private final Instant end;
  private final Set<Class<? extends DeletionStep>> tried = new HashSet<>();
  private int rounds;
  private int terminated;

  DeletionPass(
      AdminSession session,
      AdminSessions sessions,
      LongStatements statements,
      DeletionMemory memory,
      DeletionRequest request,
      Clock clock) {
    this.session = session;
    this.sessions = sessions;
    this.statements = statements;
    this.insideActions = new InsideActions(sessions.address(), session.systemIdentifier());
    this.memory = memory;
    this.request = request;
    this.clock = clock;
    this.end = clock.instant().plus(LONGEST);
  }

  DeletionProgress run() throws SQLException {
    memory.forgetRefusals(); // somebody may have granted what was missing
    while (true) {
      DatabaseSnapshot seen =
          DatabaseSnapshot.observe(session, request.identity(), statements, memory);
      learnFromDrop(seen.drop(), seen);
      DeletionStep step = DeletionDecision.decide(seen, request.policy(), tried, clock.instant());
      if (!act(step, seen)) {
        memory.waitsFor(step instanceof AwaitSessions(var blockers) ? blockers : List.of());
        return new DeletionProgress(step, seen, terminated);
      }
      tried.add(step.getClass());
    }
  }

  /** What a DROP has met that the catalogs do not tell. */
  private void learnFromDrop(@Nullable DropWait drop, DatabaseSnapshot seen) throws SQLException {
    DatabaseRow row = seen.database();
    boolean slow = drop != null && Blockers.isSlow(drop, clock.instant());
    memory.dropBlockedBy(
        slow && row != null
            ? LockWatch.blockingDrop(session, requireNonNull(drop).attempt().pid(), row.oid())
            : Set.of());
    if (drop != null && drop.attempt().failedBecause(SqlState.OBJECT_IN_USE)) {
      Instant failed = drop.attempt().since();
      told(seen.autovacuum().stream().filter(worker -> worker.isOlderThan(failed)).toList());
    }
  }

  /** Does the step and says whether there may be more to do at once. */
  private boolean act(DeletionStep step, DatabaseSnapshot seen) throws SQLException {
    DatabaseRow database = seen.database();
    if (step instanceof Pause || database == null) {
      return false;
    }
    if (tried.isEmpty() && rounds == 0) {
      request.beforeChange().accept(database);
    }
    var locks = new LockWatch(sessions, memory, seen.rowLock() != RowLock.NONE);
    var actions = new DeletionActions(session, locks, seen, database);
    return switch (step) {
      case Pause pause -> false;
      case AwaitSessions(var blockers) -> !memory.hasWaitedFor(blockers) && startNextRound();
      case Reclaim reclaim ->
          request.confirmed().getAsBoolean() && done(() -> actions.reclaim(sessions.address()));
      case EnterDatabase enter -> done(() -> insideActions.enter(database, memory));
      case ReenterDatabase reenter -> done(() -> reenter(actions, seen, database));
      case RevokeConnect(var grants) -> done(() -> actions.revoke(grants));
      case CloseDoor(var grants) -> done(() -> actions.revokeAndCloseDoor(grants));
      case TerminateSessions(var backends) ->
          done(() -> count(termination(seen, database).tellAll(session, backends)));
      case TerminateForeign(var foreign) ->
          (foreign.stream().noneMatch(ForeignLock::isPrepared) || mayLose(database))
              && done(() -> insideActions.end(foreign, session, seen.server().superuser()));
      case RollBackPrepared(var transactions) ->
          mayLose(database)
              && done(
                  () ->
                      fromInside(
                          in ->
                              insideActions.rollBack(in, transactions, seen.server().superuser())));
      case DropSubscriptions(var subscriptions) ->
          mayLose(database)
              && done(
                  () ->
                      fromInside(
                          in ->
                              insideActions.drop(
                                  in,
                                  subscriptions,
                                  seen.server().superuser(),
                                  request.orphaned())));
      case DropSlots(var slots) -> mayLose(database) && done(() -> actions.dropSlots(slots));
      case LeaveDatabase leave -> done(memory::close);
      case Bury bury when seen.backends().isEmpty() -> done(() -> bury(actions, seen));
      case Bury bury ->
          done(
              () ->
                  count(
                      termination(seen, database)
                          .tellAllWhile(() -> actions.bury(), session, sessions)));
    };
  }

  /**
   * Whether what cannot be given back may go: the deletion is still wanted, and once that has been
   * answered, which may take long, the database is still ours.
   */
  private boolean mayLose(DatabaseRow database) throws SQLException {
    return request.confirmed().getAsBoolean()
        && DatabaseRow.byOid(session, database.oid())
            .filter(row -> ExactDrop.isStill(row, database, request.identity().claim()))
            .isPresent();
  }

  /** RENAME tells autovacuum workers to end, and waits for them. */
  private void bury(DeletionActions actions, DatabaseSnapshot seen) throws SQLException {
    if (!actions.bury() && actions.metSessions()) {
      told(seen.autovacuum());
    }
  }

  private void told(List<Backend> workers) {
    workers.forEach(worker -> memory.signalled(worker.pid()));
  }

  private SessionTermination termination(DatabaseSnapshot seen, DatabaseRow database) {
    AdminSession inside = memory.inside();
    return new SessionTermination(
        database.oid(), seen.server(), inside == null ? null : inside.pid(), memory::refused);
  }

  private void count(Set<Integer> told) {
    told.forEach(pid -> terminated += memory.signalled(pid) ? 1 : 0);
  }

  private void reenter(DeletionActions actions, DatabaseSnapshot seen, DatabaseRow database)
      throws SQLException {
    actions.openDoorFor(seen.server().role(), seen.server().superuser());
    try {
      insideActions.enter(database, memory);
    } finally {
      actions.closeDoor();
    }
  }

  /** Somebody may have ended our session there since; then the next round opens another. */
  private void fromInside(Deed deed) throws SQLException {
    AdminSession inside = memory.inside();
    if (inside != null) {
      deed.on(inside);
    }
  }

  @FunctionalInterface
  private interface Deed {
    void on(AdminSession inside) throws SQLException;
  }

  private boolean startNextRound() {
    if (clock.instant().isAfter(end)) {
      return false;
    }
    try {
      Thread.sleep(BREATH);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
    tried.clear();
    rounds++;
    return true;
  }

  private static boolean done(Action action) throws SQLException {
    action.run();
    return true;
  }

  @FunctionalInterface
  private interface Action {
    void run() throws SQLException;
  }
}
