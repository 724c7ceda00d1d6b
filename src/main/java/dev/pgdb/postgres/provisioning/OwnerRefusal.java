package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.CreateFailed;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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
    String what =
        found == null ? "does not exist and cannot be created" : "cannot be made its owner";
    List<Sql> remedies = remedies(server, role, found);
    return new CreateFailed(
        "role \""
            + role
            + "\" "
            + what
            + ": "
            + refusal.getMessage()
            + (remedies.isEmpty()
                ? ""
                : "\nWhat helps, by somebody who may: " + Sql.sequence(remedies)));
  }

  private static List<Sql> remedies(ServerFacts server, String role, @Nullable OwnerRow found) {
    var all = new ArrayList<Sql>();
    if (!server.createDatabase()) { // it was there when the database was created
      all.add(Sql.of("ALTER ROLE %I CREATEDB", server.role()));
    }
    boolean toBeChanged = found == null || found.member();
    if (toBeChanged && !server.createRole()) {
      all.add(Sql.of("ALTER ROLE %I CREATEROLE", server.role()));
    }
    if (found != null && (!found.member() || server.hasMembershipOptions())) {
      all.add(Sql.of("GRANT %I TO %I%s", role, server.role(), options(found, server)));
    }
    return all;
  }

  /** A member lacks the right to change it, for its password; others the membership itself. */
  private static Sql options(OwnerRow role, ServerFacts server) {
    if (role.member()) {
      return Sql.of(" WITH ADMIN OPTION");
    }
    return Sql.of(server.hasMembershipOptions() ? " WITH SET TRUE, INHERIT TRUE" : "");
  }
}
