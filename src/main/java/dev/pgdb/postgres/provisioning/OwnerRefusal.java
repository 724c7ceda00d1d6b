package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.CreateFailed;
import java.sql.SQLException;

/** Why a database cannot be given to a role, and the statement that helps. */
final class OwnerRefusal {
  private OwnerRefusal() {}

  /**
   * In one line, and the statement, which tells what the admin is called, in another.
   *
   * @param refusal what the server said, for want of a privilege
   */
  static CreateFailed of(
      AdminSession session, ServerFacts server, String role, SQLException refusal)
      throws SQLException {
    OwnerRow found = OwnerRow.byName(session, server, role).orElse(null);
    return found == null
        ? new CreateFailed(
            "role \"" + role + "\" does not exist and cannot be created: " + refusal.getMessage())
        : new CreateFailed(
            "role \""
                + role
                + "\" cannot be made its owner: "
                + refusal.getMessage()
                + "\nWhat helps, by somebody who may: "
                + Sql.of("GRANT %I TO %I%s", role, server.role(), options(found, server)));
  }

  /** A member lacks the right to change it, for its password; others the membership itself. */
  private static Sql options(OwnerRow role, ServerFacts server) {
    if (role.member()) {
      return Sql.of(" WITH ADMIN OPTION");
    }
    return Sql.of(server.hasMembershipOptions() ? " WITH SET TRUE, INHERIT TRUE" : "");
  }
}
