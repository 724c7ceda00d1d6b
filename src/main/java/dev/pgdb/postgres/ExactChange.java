package dev.pgdb.postgres;

import java.sql.SQLException;
import java.util.List;
import java.util.Objects;

/**
 * Changes to one database that are undone unless they met the right one. ALTER DATABASE knows names
 * only, and a name can come to mean another database between a look and a change. So the OID and
 * the claim are looked up after the change and before its commit: whoever wants to swap the
 * databases now has to wait for the row that we changed (docs/postgresql.md, "Identity").
 */
public final class ExactChange {
  private ExactChange() {}

  /**
   * Runs the changes in one transaction.
   *
   * @param oid the database that is meant
   * @param claim the claim that it must bear once they are made: who has lost it in the meantime
   *     has lost the right to change the database
   * @param name the name of the database once they are made
   * @return false where the name meant another database; nothing has changed then
   */
  public static boolean apply(
      AdminSession session, long oid, Claim claim, String name, List<Sql> changes)
      throws SQLException {
    return apply(session, oid, claim, name, List.of(), changes, () -> true);
  }

  /**
   * Runs the changes in one transaction.
   *
   * @param before what has to have been answered before the changes are sent
   * @param alsoHolds asked before the commit, behind the locks that the changes have taken
   */
  public static boolean apply(
      AdminSession session,
      long oid,
      Claim claim,
      String name,
      List<Sql> before,
      List<Sql> changes,
      AdminSession.Work alsoHolds)
      throws SQLException {
    return session.inTransaction(
        () -> {
          if (!before.isEmpty()) {
            session.execute(Sql.sequence(before));
          }
          session.execute(Sql.sequence(changes));
          return DatabaseRow.byName(session, name)
                  .filter(row -> row.oid() == oid && row.isClaimedBy(claim))
                  .isPresent()
              && alsoHolds.run();
        });
  }

  /**
   * Holds where the comment that a change replaces is the one that was seen: a claim that somebody
   * has written since stays. COMMENT shuts every other COMMENT out until the commit, so what
   * another session sees meanwhile is what will be replaced.
   */
  public static AdminSession.Work whileStillCommentedAs(DatabaseRow seen, ServerAddress address) {
    return () -> {
      try (var witness = AdminSession.open(address, address.maintenanceDatabase())) {
        return DatabaseRow.byOid(witness, seen.oid())
            .filter(row -> Objects.equals(row.comment(), seen.comment()))
            .isPresent();
      }
    };
  }
}
