package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Consumer;

/** What can be said only from a session in a database: getting in, and ending what lives there. */
final class InsideActions {
  private final ServerAddress address;
  private final String cluster;

  /**
   * @param cluster the system identifier of the server that was looked at
   */
  InsideActions(ServerAddress address, String cluster) {
    this.address = address;
    this.cluster = cluster;
  }

  /**
   * Opens a session in the database, and keeps it only if it is in the right one. Many things can
   * keep us out: a closed door, no free slot, pg_hba.conf, a lock on the catalog of that database,
   * a login trigger. None of them is a reason not to go on from outside.
   */
  void enter(DatabaseRow database, DeletionMemory memory) {
    AdminSession session;
    try {
      session = AdminSession.open(address, database.name());
    } catch (SQLException e) {
      memory.keptOut(
          new NoWayIn(database.name(), address.username(), String.valueOf(e.getMessage())));
      return;
    }
    if (session.systemIdentifier().equals(cluster) && isIn(session, database)) {
      memory.enter(session);
    } else {
      session.close();
    }
  }

  private static boolean isIn(AdminSession session, DatabaseRow database) {
    try {
      return session.isIn(database);
    } catch (SQLException e) {
      return false; // it was ended as soon as it was there
    }
  }

  /** Ends prepared transactions, on a session in their database. */
  void rollBack(AdminSession inside, List<PreparedTransaction> transactions, boolean superuser)
      throws SQLException {
    for (PreparedTransaction transaction : transactions) {
      attempt(inside, transaction.rollBack(superuser));
    }
  }

  /**
   * Drops subscriptions, on a session in their database.
   *
   * @param orphaned told of each that is gone, whose slot its publisher still keeps
   */
  void drop(
      AdminSession inside,
      List<Subscription> subscriptions,
      boolean superuser,
      Consumer<Subscription> orphaned)
      throws SQLException {
    for (Subscription subscription : subscriptions) {
      if (attempt(inside, List.of(Sql.sequence(subscription.drop(superuser))))) {
        orphaned.accept(subscription);
      }
    }
  }

  /** Ends transactions of other databases, as far as we may: backends from any session. */
  void end(List<ForeignLock> locks, AdminSession session, boolean superuser) throws SQLException {
    for (ForeignLock lock : locks) {
      if (lock.isPrepared()) {
        rollBackElsewhere(lock, superuser);
      } else if (lock.signallable()) {
        lock.terminate(session);
      }
    }
  }

  /**
   * Ends a transaction that was prepared in another database, from there. Applications use a gid
   * again: it must not have come to mean another one.
   */
  private void rollBackElsewhere(ForeignLock lock, boolean superuser) throws SQLException {
    AdminSession session;
    try {
      session = AdminSession.open(address, requireNonNull(lock.database()));
    } catch (SQLException e) {
      return; // what cannot be ended is named
    }
    try (session) {
      if (session.systemIdentifier().equals(cluster)
          && session.queryOne(lock.isStillPrepared()).isPresent()) {
        attempt(
            session,
            PreparedTransaction.rollBack(requireNonNull(lock.gid()), lock.role(), superuser));
      }
    }
  }

  /** What somebody else has ended, or works on right now, is looked at again by the next round. */
  private static boolean attempt(AdminSession session, List<Sql> statements) throws SQLException {
    try {
      for (Sql statement : statements) {
        session.execute(statement);
      }
      return true;
    } catch (SQLException e) {
      if (!session.isAlive()) {
        return false; // somebody has ended it
      }
      if (!SqlState.isOneOf(
          e,
          SqlState.UNDEFINED_OBJECT,
          SqlState.OBJECT_NOT_IN_PREREQUISITE_STATE,
          SqlState.OBJECT_IN_USE,
          SqlState.LOCK_NOT_AVAILABLE,
          SqlState.INTERNAL_ERROR,
          SqlState.INVALID_PARAMETER_VALUE,
          SqlState.INSUFFICIENT_PRIVILEGE)) {
        throw e;
      }
      session.execute(Sql.of("RESET ROLE"));
      return false;
    }
  }
}
