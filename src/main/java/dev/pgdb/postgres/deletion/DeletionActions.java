package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.ExactChange;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The SQL of each step that changes the database or ends what is in it, said from outside. None of
 * it waits long, and each change meets the right database or none.
 */
final class DeletionActions {
  /**
   * RENAME waits five seconds for sessions to leave, and the catalog's locks are wanted by all; we
   * would rather look again. Nor is a change worth waiting for the disk: should a crash undo it,
   * the next pass sees that and makes it again, and a DROP flushes all that came before it. Should
   * we hang, or be cut off without the server's knowledge, the locks must not outlast that: whoever
   * takes over has need of them.
   */
  static final List<Sql> BE_QUICK =
      List.of(
          Sql.of("SET LOCAL statement_timeout = '1s'"),
          Sql.of("SET LOCAL lock_timeout = '300ms'"),
          Sql.of("SET LOCAL idle_in_transaction_session_timeout = '10s'"),
          Sql.of("SET LOCAL synchronous_commit = off"));

  /** Others are at work on the same database: the next round tries again. */
  static final SqlState[] OTHERS_ARE_AT_WORK = {
    SqlState.LOCK_NOT_AVAILABLE,
    SqlState.OBJECT_IN_USE,
    SqlState.QUERY_CANCELED,
    SqlState.TOO_MANY_CONNECTIONS,
    SqlState.DEADLOCK_DETECTED,
    SqlState.INVALID_CATALOG_NAME,
    SqlState.DUPLICATE_DATABASE,
    SqlState.INSUFFICIENT_PRIVILEGE,
    SqlState.UNDEFINED_OBJECT,
    SqlState.INVALID_PARAMETER_VALUE,
    SqlState.INTERNAL_ERROR
  };

  private final AdminSession session;
  private final LockWatch locks;
  private final DatabaseRow database;
  private final Rights rights;
  private final Claim claim;
  private final boolean limitsFirst;
  private boolean metSessions;

  DeletionActions(
      AdminSession session, LockWatch locks, DatabaseSnapshot seen, DatabaseRow database) {
    this.session = session;
    this.locks = locks;
    this.database = database;
    this.rights = seen.rights();
    this.claim = seen.identity().claim();
    this.limitsFirst = !seen.server().hasTimeoutsWithinABatch();
  }

  void reclaim(ServerAddress address) throws SQLException {
    String name = database.name();
    change(
        name,
        List.of(Sql.of("COMMENT ON DATABASE %I IS %L", name, claim.addedTo(database.comment()))),
        ExactChange.whileStillCommentedAs(database, address));
  }

  void revoke(List<ConnectGrant> grants) throws SQLException {
    change(database.name(), revocation(grants));
  }

  /**
   * Stops what REVOKE cannot: owners, superusers, replication (docs/postgresql.md, "Closed door").
   */
  void closeDoor() throws SQLException {
    change(database.name(), close());
  }

  /** Does both at once, or closes the door alone where a grant cannot be revoked. */
  void revokeAndCloseDoor(List<ConnectGrant> grants) throws SQLException {
    var changes = new ArrayList<>(List.of(close()));
    changes.addAll(revocation(grants));
    if (!change(database.name(), changes) && !grants.isEmpty()) {
      closeDoor();
    }
  }

  /**
   * What was granted on goes with what it was granted from: who has lost the last privilege cannot
   * revoke any more, and would fail all the rest.
   */
  private List<Sql> revocation(List<ConnectGrant> grants) {
    return grants.stream()
        .filter(
            grant ->
                grant.grantor().equals(database.owner())
                    || grants.stream().noneMatch(from -> grant.grantor().equals(from.grantee())))
        .flatMap(grant -> grant.revoke(database.name()).stream())
        .toList();
  }

  private Sql close() {
    return Sql.of(
        "ALTER DATABASE %I WITH ALLOW_CONNECTIONS false IS_TEMPLATE false CONNECTION LIMIT %L",
        database.name(), database.connectionLimit());
  }

  /** Lets the admin in, and as few others as possible. */
  void openDoorFor(String admin, boolean superuser) throws SQLException {
    if (superuser) {
      change(
          database.name(),
          Sql.of(
              "ALTER DATABASE %I WITH ALLOW_CONNECTIONS true CONNECTION LIMIT 0", database.name()));
    } else {
      change(
          database.name(),
          List.of(
              Sql.of("GRANT CONNECT ON DATABASE %I TO %I", database.name(), admin),
              Sql.of("ALTER DATABASE %I WITH ALLOW_CONNECTIONS true", database.name())));
    }
  }

  void dropSlots(List<ReplicationSlot> slots) throws SQLException {
    for (ReplicationSlot slot : slots) {
      try {
        session.query(slot.dropIn(database.oid()), row -> slot);
      } catch (SQLException e) {
        if (!SqlState.isOneOf(e, SqlState.OBJECT_IN_USE, SqlState.UNDEFINED_OBJECT)) {
          throw e;
        }
      }
    }
  }

  /** From now on its name tells which database is dropped, and its old name is free. */
  boolean bury() throws SQLException {
    String grave = DatabaseName.whenDropped(database.oid());
    return change(grave, Sql.of("ALTER DATABASE %I RENAME TO %I", database.name(), grave));
  }

  /** Whether the last change failed since somebody is in the database. */
  boolean metSessions() {
    return metSessions;
  }

  private boolean change(String nameAfterwards, Sql change) throws SQLException {
    return change(nameAfterwards, List.of(change));
  }

  private boolean change(String nameAfterwards, List<Sql> changes) throws SQLException {
    return change(nameAfterwards, changes, () -> true);
  }

  private boolean change(String nameAfterwards, List<Sql> changes, AdminSession.Work alsoHolds)
      throws SQLException {
    var all = new ArrayList<>(limitsFirst ? List.of() : BE_QUICK);
    if (!rights.owner()) {
      all.add(Sql.of("SET LOCAL ROLE %I", database.owner()));
    }
    all.addAll(changes);
    all.add(Sql.of("RESET ROLE"));
    try {
      return locks.during(
          session,
          () ->
              ExactChange.apply(
                  session,
                  database.oid(),
                  claim,
                  nameAfterwards,
                  limitsFirst ? BE_QUICK : List.of(),
                  all,
                  alsoHolds));
    } catch (SQLException e) {
      if (!SqlState.isOneOf(e, OTHERS_ARE_AT_WORK)) {
        throw e;
      }
      metSessions = SqlState.isOneOf(e, SqlState.OBJECT_IN_USE, SqlState.QUERY_CANCELED);
      return false;
    }
  }
}
