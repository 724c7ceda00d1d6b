package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.Attempt;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.LongStatements;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.deletion.DeletionStep.AwaitLock;
import dev.pgdb.postgres.deletion.DeletionStep.AwaitSessions;
import dev.pgdb.postgres.deletion.DeletionStep.AwaitTurn;
import dev.pgdb.postgres.deletion.DeletionStep.Drop;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.postgres.deletion.DeletionStep.NotOurs;
import java.sql.SQLException;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/**
 * The deletion of databases on one server. A pass observes the server, decides the one next step,
 * does it, and goes on so until it has to wait for something; it never takes long. Whatever
 * interrupts it, the next pass observes afresh.
 */
public final class DatabaseDeletion implements AutoCloseable {
  private final AdminSessions sessions;
  private final LongStatements statements;
  private final Clock clock;
  private final Map<String, DeletionMemory> memories = new ConcurrentHashMap<>();

  /** On the server that the sessions are on; the statements run on some of them. */
  public DatabaseDeletion(AdminSessions sessions, LongStatements statements, Clock clock) {
    this.sessions = sessions;
    this.statements = statements;
    this.clock = clock;
  }

  /**
   * Looks at a database and touches nothing.
   *
   * @throws SQLException where the server cannot be asked
   */
  public DatabaseSnapshot observe(DatabaseIdentity identity) throws SQLException {
    try (var lease = sessions.lease()) {
      return DatabaseSnapshot.observe(lease.session(), identity, statements, memory(identity));
    }
  }

  /**
   * Goes as far as possible without waiting for anything, and not beyond the point of no return.
   *
   * @throws SQLException what nobody expected, a lost connection among it: try again later
   */
  public DeletionProgress pass(DeletionRequest request) throws SQLException {
    DatabaseIdentity identity = request.identity();
    statements.forgetLost();
    try (var lease = sessions.lease()) {
      DeletionProgress progress =
          new DeletionPass(lease.session(), sessions, statements, memory(identity), request, clock)
              .run();
      if (progress.step() instanceof Gone
          && (isBeingCreated(lease.session(), identity)
              || identity.find(lease.session()).isPresent())) { // it has just come into being
        return progress.at(new AwaitSessions(List.of()));
      }
      if (progress.step() instanceof Gone || progress.step() instanceof NotOurs) {
        forget(identity);
      }
      return progress;
    }
  }

  /**
   * Sends the DROP that a pass has found possible, and does not wait for it. It is never cut off
   * (docs/postgresql.md, "Interrupted DROP").
   *
   * @param confirmed asked right before it is sent: whether the deletion is still wanted
   * @param whenDropped called from another thread when it has ended, well or not
   * @return REFUSED where it is not wanted any more, or the name means another database by now
   */
  public LongStatements.Start drop(
      DeletionProgress progress, BooleanSupplier confirmed, Runnable whenDropped)
      throws SQLException {
    DatabaseIdentity identity = progress.seen().identity();
    DatabaseRow found = progress.seen().database();
    if (found == null || !(progress.step() instanceof Drop(var force))) {
      throw new IllegalArgumentException("no DROP was decided");
    }
    var sql = new ArrayList<>(List.of(Sql.of("SET lock_timeout = 0")));
    if (!progress.seen().rights().owner()) {
      sql.add(Sql.of("SET ROLE %I", found.owner()));
    }
    sql.add(Sql.of(force ? "DROP DATABASE %I WITH (FORCE)" : "DROP DATABASE %I", found.name()));
    DeletionMemory memory = memory(identity);
    LongStatements.Start start =
        statements.drop(
            DatabaseSnapshot.dropOf(found.oid()),
            new ExactDrop(
                sessions,
                found,
                progress.seen().rights(),
                identity.claim(),
                memory.dropRefused(),
                confirmed),
            sql,
            whenDropped);
    memory.dropRefused(start == LongStatements.Start.REFUSED);
    return start;
  }

  /**
   * What a DROP waits for that was not sent.
   *
   * @param start what came of it
   */
  public DeletionProgress held(DeletionProgress progress, LongStatements.Start start)
      throws SQLException {
    DatabaseRow found = progress.seen().database();
    if (start == LongStatements.Start.WAITING) {
      return progress.at(new AwaitTurn(List.copyOf(whatDropsWaitFor())));
    }
    return found == null ? progress : progress.at(new AwaitLock(found.oid()));
  }

  private List<ProcSignalBarrier> whatDropsWaitFor() throws SQLException {
    try (var lease = sessions.lease()) {
      var drops = ProcSignalBarrier.QUERY;
      return lease.session().queryAll(List.of(drops)).to(drops);
    }
  }

  DeletionMemory memory(DatabaseIdentity identity) {
    return memories.computeIfAbsent(identity.claim().uid(), uid -> new DeletionMemory(clock));
  }

  /** Whether a CREATE of it, sent before the deletion began, has not ended yet. */
  boolean isBeingCreated(AdminSession session, DatabaseIdentity identity) throws SQLException {
    if (statements
        .attempt(LongStatements.creationFor(identity.claim()))
        .filter(Attempt::running)
        .isPresent()) {
      return true; // it waits for its turn, or is on its way
    }
    return identity.recorded() == null
        && session
            .queryOne(
                Sql.of(
                    "SELECT pid FROM pg_stat_activity WHERE state = 'active'"
                        + " AND pid <> pg_backend_pid() AND position(%L IN query) > 0",
                    DatabaseName.whileCreated(identity.claim())),
                row -> row.getInt(1))
            .isPresent();
  }

  /** Leaves a database that is gone, or is not going to be dropped. */
  void forget(DatabaseIdentity identity) {
    DeletionMemory memory = memories.remove(identity.claim().uid());
    if (memory != null) {
      memory.close();
    }
  }

  /** Leaves every database that it is in. */
  @Override
  public void close() {
    memories.values().forEach(DeletionMemory::close);
    memories.clear();
  }
}
