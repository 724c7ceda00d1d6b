package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.LongStatements;
import dev.pgdb.postgres.Query;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import dev.pgdb.postgres.deletion.ReleaseOutcome.*;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Lets a database go that shall stay: what a deletion has changed is put back, and the claim taken
 * away.
 */
public final class DatabaseRelease {
  private final AdminSessions sessions;
  private final LongStatements statements;
  private final DatabaseDeletion deletion;

  /** On the server that the sessions are on, after a deletion may have begun there. */
  public DatabaseRelease(
      AdminSessions sessions, LongStatements statements, DatabaseDeletion deletion) {
    this.deletion = deletion;
    this.sessions = sessions;
    this.statements = statements;
  }

  /**
   * Releases a database.
   *
   * @param original what it was like; null where no deletion has touched it
   * @param dropSent whether a DROP may have been sent, which leaves a broken database behind when
   *     it is cut off (docs/postgresql.md, "Interrupted DROP")
   * @param policy what may be done about those who lock it
   * @param confirmed asked right before they are ended: whether that is still wanted
   */
  public ReleaseOutcome release(
      DatabaseIdentity identity,
      @Nullable DatabaseOriginal original,
      boolean dropSent,
      DeletionPolicy policy,
      BooleanSupplier confirmed)
      throws SQLException {
    statements.forgetLost();
    ReleaseOutcome outcome = attempt(identity, original, dropSent, policy, confirmed);
    if (outcome instanceof Released || outcome instanceof NothingOurs) {
      deletion.forget(identity);
    }
    return outcome;
  }

  private ReleaseOutcome attempt(
      DatabaseIdentity identity,
      @Nullable DatabaseOriginal original,
      boolean dropSent,
      DeletionPolicy policy,
      BooleanSupplier confirmed)
      throws SQLException {
    try (var lease = sessions.lease()) {
      AdminSession session = lease.session();
      ServerFacts server = ServerFacts.read(session);
      if (server.standby()) { // has become one a moment ago: the primary is to be found again
        throw new SQLException(
            "the server is a standby", SqlState.READ_ONLY_SQL_TRANSACTION.code());
      }
      if (identity.isOnAnotherClusterThan(server)) {
        return new NothingOurs(false);
      }
      boolean beingCreated = deletion.isBeingCreated(session, identity); // or it is there by now
      DatabaseRow row = identity.find(session).orElse(null);
      if (row == null && beingCreated) {
        return new Busy();
      }
      if (row == null || !identity.isStill(row)) {
        return new NothingOurs(row == null);
      }
      if (dropSent || statements.attempt(DatabaseSnapshot.dropOf(row.oid())).isPresent()) {
        return new TooLate();
      }
      DeletionMemory memory = deletion.memory(identity);
      memory.close(); // its session inside would hold up whoever comes next
      var locks = new LockWatch(sessions, memory, true);
      // An invalid one was broken by somebody else's DROP: nothing but its comment can be changed.
      DatabaseOriginal changed = row.invalid() ? null : original;
      ReleaseOutcome outcome = release(session, locks, server, row, identity.claim(), changed);
      if (outcome instanceof Locked
          && policy.terminateForeign()
          && confirmed.getAsBoolean()
          && endForeign(session, identity)) {
        outcome = release(session, locks, server, row, identity.claim(), changed);
      }
      return outcome instanceof Locked
          ? new Locked(row.oid(), Blockers.foreign(observe(session, identity), row, policy))
          : outcome;
    }
  }

  /** Whether some of those who lock it were told to end, which they do within moments. */
  private boolean endForeign(AdminSession session, DatabaseIdentity identity) throws SQLException {
    DatabaseSnapshot seen = observe(session, identity);
    DatabaseRow row = seen.database();
    if (row == null || !identity.isStill(row)) {
      return false; // the confirmation may have taken long
    }
    new InsideActions(sessions.address(), session.systemIdentifier())
        .end(seen.foreignLocks(), session, seen.server().superuser());
    return seen.foreignLocks().stream().anyMatch(ForeignLock::canBeEnded);
  }

  private DatabaseSnapshot observe(AdminSession session, DatabaseIdentity identity)
      throws SQLException {
    return DatabaseSnapshot.observe(session, identity, statements, deletion.memory(identity));
  }

  private static ReleaseOutcome release(
      AdminSession session,
      LockWatch locks,
      ServerFacts server,
      DatabaseRow row,
      Claim claim,
      @Nullable DatabaseOriginal original)
      throws SQLException {
    String name = original == null || row.invalid() ? row.name() : original.name();
    var changes = new ArrayList<Sql>();
    Sql asOwner =
        isOwner(session, row, server)
            ? Sql.of("RESET ROLE")
            : Sql.of("SET LOCAL ROLE %I", row.owner());
    changes.add(asOwner);
    if (original != null) {
      changes.addAll(restoration(session, row, original));
      changes.add(asOwner);
    }
    if (!row.invalid() && name.equals(DatabaseName.whileCreated(claim))) {
      // Closed until it is finished, which it will not be.
      changes.add(Sql.of("ALTER DATABASE %I WITH ALLOW_CONNECTIONS true", name));
    }
    try {
      boolean done =
          locks.during(
              session,
              () ->
                  session.inTransaction(
                      () -> {
                        for (Sql change : changes) {
                          session.execute(change);
                        }
                        return unclaimed(session, row.oid(), name, claim);
                      }));
      return done ? new Released() : new Busy();
    } catch (SQLException e) {
      if (SqlState.DUPLICATE_DATABASE.is(e)) {
        return new NameTaken(name);
      }
      if (SqlState.LOCK_NOT_AVAILABLE.is(e)) {
        return new Locked(row.oid(), List.of());
      }
      if (SqlState.isOneOf(e, SqlState.INTERNAL_ERROR, SqlState.OBJECT_IN_USE)) {
        return new Busy();
      }
      throw e;
    }
  }

  private static boolean isOwner(AdminSession session, DatabaseRow row, ServerFacts server)
      throws SQLException {
    Query<Rights> rights = Rights.of(row.oid(), server);
    return session.queryAll(List.of(rights)).one(rights).orElse(Rights.NONE).owner();
  }

  /** The last change, once it is sure that the name means the right database; it is checked too. */
  private static boolean unclaimed(AdminSession session, long oid, String name, Claim claim)
      throws SQLException {
    DatabaseRow row = DatabaseRow.byName(session, name).orElse(null);
    if (row == null || row.oid() != oid || row.isClaimedByAnotherThan(claim)) {
      return false;
    }
    String comment = Claim.without(row.comment());
    session.execute(
        comment.isEmpty()
            ? Sql.of("COMMENT ON DATABASE %I IS NULL", name)
            : Sql.of("COMMENT ON DATABASE %I IS %L", name, comment));
    return DatabaseRow.byName(session, name).filter(now -> now.oid() == oid).isPresent();
  }

  private static List<Sql> restoration(
      AdminSession session, DatabaseRow row, DatabaseOriginal original) throws SQLException {
    var changes = new ArrayList<Sql>();
    if (!row.name().equals(original.name())) {
      changes.add(Sql.of("ALTER DATABASE %I RENAME TO %I", row.name(), original.name()));
    }
    changes.add(original.options());
    changes.addAll(ConnectGrants.restore(session, row, original));
    return changes;
  }
}
