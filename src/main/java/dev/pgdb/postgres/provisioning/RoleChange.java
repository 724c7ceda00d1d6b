package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * Changes to one role, made by one of us at a time and undone unless they are still wanted: what
 * the role's comment says is read and written behind a lock.
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
          session.execute(lock(name));
          List<Sql> changes = decision.on(held(session, server, name));
          if (changes.isEmpty()) {
            return false;
          }
          session.execute(Sql.sequence(changes));
          return check.holds();
        });
  }

  /**
   * Keeps those of us out who are in the same database, until the transaction ends. Nothing in it
   * waits for long from here on: a role may serve many databases, and who waits for a transaction
   * that has changed it would keep one of the few sessions from all the others.
   */
  static Sql lock(String name) {
    return Sql.of(
        "SET LOCAL lock_timeout = '500ms'; SELECT pg_advisory_xact_lock(%L, hashtext(%L))",
        LOCK_CLASS, name);
  }

  /**
   * The role, as it stays until the transaction ends. Nobody else can drop or rename it once its
   * row is written, and so the name means this role to whatever follows, a DROP ROLE among it. The
   * row keeps out what the advisory lock does not: those of us who are in another database of the
   * server (docs/postgresql.md, "Owner roles").
   */
  private static Optional<OwnerRow> held(AdminSession session, ServerFacts server, String name)
      throws SQLException {
    Optional<OwnerRow> role = OwnerRow.byName(session, server, name);
    if (role.isEmpty()) {
      return role;
    }
    session.execute(Sql.of("ALTER ROLE %I", name)); // writes the row and changes nothing
    return OwnerRow.byName(session, server, name);
  }

  static Sql comment(String role, RoleComment comment) {
    return Sql.of("COMMENT ON ROLE %I IS %L", role, comment.text());
  }
}
