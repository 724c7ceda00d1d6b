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
import org.jspecify.annotations.Nullable;

/**
 * Lets a database go that shall stay: what a deletion has changed is put back, and the claim taken
 * away.
 */
public final class DatabaseRelease {
  private final AdminSessions sessions;
  private final LongStatements statements;
  private final DatabaseDeletion deletion;

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
   */
  public ReleaseOutcome release(
      DatabaseIdentity identity, @Nullable DatabaseOriginal original, boolean dropSent)
      throws SQLException {
    statements.forgetLost();
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
      deletion.leave(identity); // its session inside would hold up whoever comes next
      // An invalid one was broken by somebody else's DROP: nothing but its comment can be changed.
      return release(session, server, row, identity.claim(), row.invalid() ? null : original);
    }
  }

  private static ReleaseOutcome release(
      AdminSession session,
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
          session.inTransaction(
              () -> {
                for (Sql change : changes) {
                  session.execute(change);
                }
                return unclaimed(session, row.oid(), name, claim);
              });
      return done ? new Released() : new Busy();
    } catch (SQLException e) {
      if (SqlState.DUPLICATE_DATABASE.is(e)) {
        return new NameTaken(name);
      }
      if (SqlState.isOneOf(
          e, SqlState.LOCK_NOT_AVAILABLE, SqlState.INTERNAL_ERROR, SqlState.OBJECT_IN_USE)) {
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
