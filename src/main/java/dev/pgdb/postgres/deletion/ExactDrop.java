package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.LongStatements.Gate;
import dev.pgdb.postgres.LongStatements.Sending;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;

/**
 * Sends a DROP that meets the database that is meant, or none. DROP DATABASE knows names only and
 * cannot be undone, and between the last look and the DROP a name may come to mean another
 * database. But DROP locks the database that it has found before it does anything to it, and then
 * makes sure that it still has the name. So a second session locks the database, which keeps its
 * name to it, looks once more, lets the DROP be sent, and lets go when the DROP is the next to get
 * the lock (docs/postgresql.md, "Identity").
 *
 * @param found what is to be dropped
 * @param refusedBefore whether others were in the way the last time: then it looks first whether
 *     they still are, since to ask for confirmation is not for nothing
 * @param confirmed asked before that: whether the deletion is still wanted
 */
record ExactDrop(
    AdminSessions sessions,
    DatabaseRow found,
    Rights rights,
    Claim claim,
    boolean refusedBefore,
    BooleanSupplier confirmed)
    implements Gate {

  @Override
  public boolean pass(AdminSession dropping, Sending drop) throws SQLException {
    try (var second = sessions.lease()) {
      return (!refusedBefore || isFree(dropping, second.session()))
          && confirmed.getAsBoolean()
          && send(dropping, second.session(), drop);
    }
  }

  /** Whether a DROP would be the next to get the lock, once we let go of it. */
  private boolean isFree(AdminSession dropping, AdminSession locking) throws SQLException {
    var free = new AtomicBoolean();
    try {
      locking.inTransaction(
          () -> {
            locking.execute(lock());
            free.set(isStillOurs(dropping) && DropInLine.isEmpty(locking, found.oid()));
            return false; // nothing was to be changed
          });
    } catch (SQLException e) {
      if (!SqlState.isOneOf(e, DeletionActions.OTHERS_ARE_AT_WORK)) {
        throw e;
      }
    }
    return free.get();
  }

  private boolean send(AdminSession dropping, AdminSession locking, Sending drop)
      throws SQLException {
    var sent = new AtomicBoolean();
    try {
      locking.inTransaction(
          () -> {
            locking.execute(lock());
            if (isStillOurs(dropping)) {
              drop.start();
              sent.set(true);
              var line = new DropInLine(dropping.pid(), found.oid(), drop, locking);
              if (!line.isNext()) {
                line.callBack();
                sent.set(false);
              }
            }
            return false; // nothing was to be changed
          });
    } catch (SQLException e) {
      if (!sent.get() && !SqlState.isOneOf(e, DeletionActions.OTHERS_ARE_AT_WORK)) {
        throw e;
      }
    }
    return sent.get();
  }

  /** COMMENT locks a database against DROP, RENAME and other COMMENTs, but not against clients. */
  private Sql lock() {
    var all = new ArrayList<>(DeletionActions.BE_QUICK);
    if (!rights.owner()) {
      all.add(Sql.of("SET LOCAL ROLE %I", found.owner()));
    }
    String comment = found.comment();
    all.add(
        comment == null
            ? Sql.of("COMMENT ON DATABASE %I IS NULL", found.name())
            : Sql.of("COMMENT ON DATABASE %I IS %L", found.name(), comment));
    all.add(Sql.of("RESET ROLE"));
    // What fails lets go of the lock, and then nobody knows what the name means to the DROP.
    all.add(Sql.of("SET LOCAL statement_timeout = 0"));
    if (!found.buried()) { // a name of our own comes to mean no other database
      all.add(Sql.of("SET LOCAL idle_in_transaction_session_timeout = 0"));
    }
    return Sql.sequence(all);
  }

  /** Asked on the other session, which sees the comment that was there before ours. */
  private boolean isStillOurs(AdminSession dropping) throws SQLException {
    return DatabaseRow.byOid(dropping, found.oid())
        .filter(row -> isStill(row, found, claim))
        .isPresent();
  }

  /** Whether the DROP, which knows names only, would meet what was found, and it is ours still. */
  static boolean isStill(DatabaseRow row, DatabaseRow found, Claim ours) {
    return row.oid() == found.oid()
        && row.name().equals(found.name())
        && !row.isClaimedByAnotherThan(ours);
  }
}
