package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Changes to one role, made by one of us at a time and undone unless they met what they were meant
 * for: what the role's comment says is read and written behind a lock.
 */
final class RoleChange {
  /** The letters pgdb: nobody else uses this class of advisory locks, hopefully. */
  private static final int LOCK_CLASS = 0x70676462;

  private RoleChange() {}

  /** Decides upon what is there, behind the lock; an empty list changes nothing. */
  @FunctionalInterface
  interface Decision {
    List<Sql> on(Optional<OwnerRow> role) throws SQLException;
  }

  /** Asked once the changes are made, and before they are committed. */
  @FunctionalInterface
  interface Check {
    boolean holds() throws SQLException;
  }

  /**
   * Makes the changes in one transaction.
   *
   * @return false where nothing has changed
   */
  static boolean apply(
      AdminSession session, ServerFacts server, String name, Decision decision, Check check)
      throws SQLException {
    return session.inTransaction(
        () -> {
          session.execute(
              Sql.of("SELECT pg_advisory_xact_lock(%L, hashtext(%L))", LOCK_CLASS, name));
          Optional<OwnerRow> before = OwnerRow.byName(session, server, name);
          List<Sql> changes = decision.on(before);
          if (changes.isEmpty()) {
            return false;
          }
          if (before.isPresent() && !isHeld(session, server, before.get())) {
            return false;
          }
          session.execute(Sql.sequence(changes));
          return check.holds();
        });
  }

  /**
   * Until the transaction ends, nobody else can drop or rename the role once its row is written,
   * and so the name means this role to whatever follows, a DROP ROLE among it.
   *
   * @return false where the name has come to mean another role since it was looked at
   */
  private static boolean isHeld(AdminSession session, ServerFacts server, OwnerRow role)
      throws SQLException {
    session.execute(Sql.of("ALTER ROLE %I", role.name())); // writes the row and changes nothing
    return OwnerRow.byName(session, server, role.name())
        .filter(now -> now.oid() == role.oid())
        .isPresent();
  }

  static Sql comment(String role, RoleComment comment) {
    return Sql.of("COMMENT ON ROLE %I IS %L", role, comment.text());
  }
}
