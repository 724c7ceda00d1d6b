package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.Query;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;

/**
 * What the admin may do with one database (docs/postgresql.md, "Admin roles").
 *
 * @param owner whether it has the rights of the owner by itself: superuser, owner or heir
 * @param canActAsOwner whether it can SET ROLE to the owner, which a NOINHERIT member has to
 * @param rename whether it may give it the name to be dropped under, in the role that it acts in:
 *     needs CREATEDB, and no other database of that name
 * @param replication whether it may drop replication slots: superuser or REPLICATION
 * @param preparing whether the server lets transactions be prepared at all
 */
public record Rights(
    boolean owner, boolean canActAsOwner, boolean rename, boolean replication, boolean preparing) {

  static Query<Rights> of(long oid, ServerFacts server) {
    return new Query<>(
        Sql.of(
            """
                SELECT pg_has_role(d.datdba, 'USAGE'), pg_has_role(d.datdba, %L),
                       CASE WHEN pg_has_role(d.datdba, 'USAGE') THEN %L
                            ELSE coalesce(r.rolcreatedb, false) END
                         AND NOT EXISTS (SELECT FROM pg_database o WHERE o.datname = %L AND o.oid <> d.oid),
                       (SELECT rolsuper OR rolreplication FROM pg_roles WHERE rolname = current_user),
                       current_setting('max_prepared_transactions')::int > 0
                FROM pg_database d LEFT JOIN pg_roles r ON r.oid = d.datdba WHERE d.oid = %L
                """,
            server.setRolePrivilege(), server.createDatabase(), DatabaseName.whenDropped(oid), oid),
        row ->
            new Rights(
                row.getBoolean(1),
                row.getBoolean(2),
                row.getBoolean(3),
                row.getBoolean(4),
                row.getBoolean(5)));
  }

  static final Rights NONE = new Rights(false, false, false, false, false);

  /** Whether it can change and drop the database at all. */
  public boolean sufficient() {
    return owner || canActAsOwner;
  }
}
