package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/**
 * A row of pg_roles. See <a
 * href="https://www.postgresql.org/docs/current/view-pg-roles.html">pg_roles</a>.
 *
 * @param oid what it is, whatever it is called
 * @param member whether the admin has its rights and can act as it
 * @param powerful whether it is more than an owner of databases: a superuser, the admin, one that
 *     is part of PostgreSQL, or one with a right that goes beyond what it owns
 */
record OwnerRow(long oid, String name, RoleComment comment, boolean member, boolean powerful) {

  static Optional<OwnerRow> byName(AdminSession session, ServerFacts server, String name)
      throws SQLException {
    return session.queryOne(
        Sql.of("%s WHERE r.rolname = %L", select(server), name), OwnerRow::read);
  }

  /** All that were created for a database. */
  static List<OwnerRow> byClaim(AdminSession session, ServerFacts server, Claim claim)
      throws SQLException {
    return session
        .query(
            Sql.of(
                "%s WHERE position(%L IN shobj_description(r.oid, 'pg_authid')) > 0",
                select(server), claim.uid()),
            OwnerRow::read)
        .stream()
        .filter(row -> row.comment.isClaimedBy(claim))
        .toList();
  }

  /**
   * What a change of something that belongs to a role begins with: an admin that is its member and
   * does not inherit its rights has to act as it.
   */
  static List<Sql> toActAs(AdminSession session, ServerFacts server, String role)
      throws SQLException {
    boolean necessary =
        session
            .queryOne(
                Sql.of(
                    "SELECT NOT pg_has_role(oid, 'USAGE') AND pg_has_role(oid, %L)"
                        + " FROM pg_roles WHERE rolname = %L",
                    server.setRolePrivilege(), role),
                row -> row.getBoolean(1))
            .orElse(false);
    return necessary ? List.of(Sql.of("SET LOCAL ROLE %I", role)) : List.of();
  }

  private static Sql select(ServerFacts server) {
    return Sql.of("SELECT %s FROM pg_roles r", columns(server));
  }

  /** Of pg_roles as {@code r}. */
  static Sql columns(ServerFacts server) {
    return Sql.of(
        "r.oid, r.rolname, shobj_description(r.oid, 'pg_authid'),"
            + " pg_has_role(r.oid, 'USAGE') AND pg_has_role(r.oid, %L),"
            + " r.rolsuper OR r.rolcreaterole OR r.rolcreatedb OR r.rolreplication"
            + " OR r.rolbypassrls OR r.rolname = current_user OR left(r.rolname, 3) = 'pg_'",
        server.setRolePrivilege());
  }

  private static OwnerRow read(ResultSet row) throws SQLException {
    return read(row, 1);
  }

  /**
   * Reads the {@link #columns}.
   *
   * @param first where they begin
   */
  static OwnerRow read(ResultSet row, int first) throws SQLException {
    return new OwnerRow(
        row.getLong(first),
        row.getString(first + 1),
        RoleComment.parse(row.getString(first + 2)),
        row.getBoolean(first + 3),
        row.getBoolean(first + 4));
  }
}
