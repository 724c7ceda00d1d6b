package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;

/**
 * The role that pgdb acts in, as it stands in sentences.
 *
 * @param withMembershipOptions whether a membership says what it is for
 */
record AdminRole(String name, boolean withMembershipOptions) {
  static AdminRole of(ServerFacts server) {
    return new AdminRole(server.role(), server.hasMembershipOptions());
  }

  /**
   * What makes it a member of a role. Who has created that role is a member already, from
   * PostgreSQL 16 on, but for no purpose: a GRANT that names none would change nothing
   * (docs/postgresql.md, "Admin roles").
   */
  Sql membershipIn(String role) {
    return Sql.of(
        withMembershipOptions ? "GRANT %I TO %I WITH INHERIT TRUE, SET TRUE" : "GRANT %I TO %I",
        role,
        name);
  }

  @Override
  public String toString() {
    return name;
  }
}
