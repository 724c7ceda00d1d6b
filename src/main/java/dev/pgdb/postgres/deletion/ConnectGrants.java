package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Puts the CONNECT privileges of a database back as they were, grantor by grantor. */
final class ConnectGrants {
  private ConnectGrants() {}

  private record Grant(@Nullable String grantee, String grantor, boolean grantable) {
    Sql grant(String database) {
      return Sql.of(
          grantable
              ? "GRANT CONNECT ON DATABASE %I TO %s WITH GRANT OPTION"
              : "GRANT CONNECT ON DATABASE %I TO %s",
          database,
          to());
    }

    Sql revoke(String database) {
      return Sql.of("REVOKE CONNECT ON DATABASE %I FROM %s CASCADE", database, to());
    }

    private Sql to() {
      return grantee == null ? Sql.of("PUBLIC") : Sql.of("%I", grantee);
    }
  }

  /** The statements, in an order in which every grantor has what it grants. */
  static List<Sql> restore(AdminSession session, DatabaseRow row, DatabaseOriginal original)
      throws SQLException {
    Set<Grant> wanted = read(session, row.oid(), original.acl());
    Set<Grant> there = read(session, row.oid(), row.acl());
    var statements = new ArrayList<Sql>();
    for (Grant grant : there) {
      if (!wanted.contains(grant)) {
        as(grant.grantor(), grant.revoke(original.name()), statements);
      }
    }
    var missing = new LinkedHashSet<>(wanted);
    missing.removeAll(there);
    var mayGrant = new HashSet<String>(Set.of(row.owner()));
    there.stream().filter(Grant::grantable).map(Grant::grantee).forEach(mayGrant::add);
    for (boolean progress = true; progress && !missing.isEmpty(); ) {
      List<Grant> next =
          missing.stream().filter(grant -> mayGrant.contains(grant.grantor())).toList();
      for (Grant grant : next) {
        as(grant.grantor(), grant.grant(original.name()), statements);
        missing.remove(grant);
        if (grant.grantable() && grant.grantee() != null) {
          mayGrant.add(grant.grantee());
        }
      }
      progress = !next.isEmpty();
    }
    return statements;
  }

  private static void as(String grantor, Sql statement, List<Sql> statements) {
    statements.add(Sql.of("SET LOCAL ROLE %I", grantor));
    statements.add(statement);
  }

  private static Set<Grant> read(AdminSession session, long oid, @Nullable String acl)
      throws SQLException {
    if (acl == null) {
      return new LinkedHashSet<>(explode(session, oid, Sql.of("acldefault('d', d.datdba)")));
    }
    var grants = new LinkedHashSet<Grant>();
    for (String item :
        session.query(Sql.of("SELECT unnest(%L::text[])", acl), row -> row.getString(1))) {
      try {
        grants.addAll(explode(session, oid, Sql.of("ARRAY[%L::aclitem]", item)));
      } catch (SQLException e) {
        if (!SqlState.UNDEFINED_OBJECT.is(e)) {
          throw e; // else a role that was dropped in the meantime, and gets nothing back
        }
      }
    }
    return grants;
  }

  private static List<Grant> explode(AdminSession session, long oid, Sql items)
      throws SQLException {
    return session.query(
        Sql.of(
            """
            SELECT CASE WHEN a.grantee <> 0 THEN pg_get_userbyid(a.grantee) END,
                   pg_get_userbyid(a.grantor), a.is_grantable
            FROM pg_database d, aclexplode(%s) a
            WHERE d.oid = %L AND a.privilege_type = 'CONNECT'
            """,
            items, oid),
        row -> new Grant(row.getString(1), row.getString(2), row.getBoolean(3)));
  }
}
