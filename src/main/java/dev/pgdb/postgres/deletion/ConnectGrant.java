package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Query;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One CONNECT privilege in the ACL of a database.
 *
 * @param grantee who may connect; null is PUBLIC
 * @param grantor who granted it; a REVOKE by anybody else does nothing but warn
 *     (docs/postgresql.md, "Grants")
 * @param revocable whether the admin can act as the grantor, and as whoever has granted on what the
 *     REVOKE takes along: it has to be able to give all of it back
 */
public record ConnectGrant(@Nullable String grantee, String grantor, boolean revocable) {

  static Query<ConnectGrant> of(long oid, ServerFacts server) {
    return new Query<>(
        Sql.of(
            """
            WITH RECURSIVE acl AS (
              SELECT d.datdba, a.grantee, a.grantor
              FROM pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a
              WHERE d.oid = %L AND a.privilege_type = 'CONNECT'),
            taken AS (
              SELECT grantee, grantor, grantee AS last, grantor AS from_whom FROM acl
              UNION -- the owner never loses what it may grant
              SELECT t.grantee, t.grantor, a.grantee, a.grantor
              FROM taken t JOIN acl a ON a.grantor = t.last AND t.last <> a.datdba)
            SELECT CASE WHEN grantee <> 0 THEN pg_get_userbyid(grantee) END,
                   pg_get_userbyid(grantor), bool_and(pg_has_role(from_whom, %L))
            FROM taken GROUP BY taken.grantee, taken.grantor ORDER BY taken.grantee, taken.grantor
            """,
            oid, server.setRolePrivilege()),
        row -> new ConnectGrant(row.getString(1), row.getString(2), row.getBoolean(3)));
  }

  /** The statements that take it back, with all that the grantee granted on. */
  List<Sql> revoke(String database) {
    Sql from = grantee == null ? Sql.of("PUBLIC") : Sql.of("%I", grantee);
    return List.of(
        Sql.of("SET LOCAL ROLE %I", grantor),
        Sql.of("REVOKE CONNECT ON DATABASE %I FROM %s CASCADE", database, from));
  }
}
