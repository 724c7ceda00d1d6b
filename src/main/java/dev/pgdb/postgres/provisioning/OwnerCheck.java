package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.ServerFacts;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Whether a role may own what one resource stands for: what belongs to a role is in the hands of
 * those who log in as it, and none of another tenant may get a database, or give us one, that way.
 */
record OwnerCheck(AdminSession session, ServerFacts server, Claim claim, OwnerPasswords passwords) {

  /**
   * Lets a role pass that does not exist.
   *
   * @throws OwnerTakenException where it must not be an owner
   */
  void check(String role) throws SQLException {
    Optional<OwnerRow> found = OwnerRow.byName(session, server, role);
    if (found.isPresent()) {
      check(found.get());
    }
  }

  void check(OwnerRow role) throws OwnerTakenException {
    if (role.comment().isClaimed()) {
      if (!role.comment().isClaimedBy(claim)
          && role.comment().claims().stream().noneMatch(passwords::isOfSameTenant)) {
        throw new OwnerTakenException(
            "role \"" + role.name() + "\" belongs to a PostgresDatabase of another namespace");
      }
    } else if (role.powerful() && !passwords.isOfServersNamespace()) {
      throw new OwnerTakenException(
          "role \""
              + role.name()
              + "\" has rights on the whole server, and this PostgresDatabase is of another"
              + " namespace than its PostgresServer");
    }
  }
}
