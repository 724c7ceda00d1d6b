package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.ExactChange;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import dev.pgdb.postgres.provisioning.Difference.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * The options that a database was created with: those that PostgreSQL can alter are mended, of the
 * others it is said how they differ.
 */
final class DatabaseOptions {
  private final AdminSession session;
  private final ServerFacts server;
  private final DesiredDatabase desired;
  private final DatabaseRow row;
  private final List<Difference> differences = new ArrayList<>();
  private boolean altered;

  DatabaseOptions(
      AdminSession session, ServerFacts server, DesiredDatabase desired, DatabaseRow row) {
    this.session = session;
    this.server = server;
    this.desired = desired;
    this.row = row;
  }

  /** What could not be mended. */
  List<Difference> mend() throws SQLException {
    mendOwner();
    mendConnectionLimit();
    compareTheFixedOnes();
    return differences;
  }

  /** The database as it is now. */
  DatabaseRow mended() throws SQLException {
    return altered ? DatabaseRow.byOid(session, row.oid()).orElse(row) : row;
  }

  private void mendOwner() throws SQLException {
    String owner = desired.ownerOf(row);
    if (!row.owner().equals(owner)) {
      alter(
          "owner is \"" + row.owner() + "\"",
          List.of(Sql.of("ALTER DATABASE %I OWNER TO %I", row.name(), owner)));
    }
  }

  private void mendConnectionLimit() throws SQLException {
    if (row.connectionLimit() != desired.connectionLimit()) {
      var change = new ArrayList<>(OwnerRow.toActAs(session, server, mended().owner()));
      change.add(
          Sql.of("ALTER DATABASE %I CONNECTION LIMIT %L", row.name(), desired.connectionLimit()));
      alter("connection limit is " + row.connectionLimit(), change);
    }
  }

  private void alter(String now, List<Sql> changes) throws SQLException {
    try {
      altered |=
          ExactChange.apply(session, row.oid(), desired.identity().claim(), row.name(), changes);
    } catch (SQLException e) {
      if (!SqlState.isOneOf(e, SqlState.INSUFFICIENT_PRIVILEGE, SqlState.UNDEFINED_OBJECT)) {
        throw e;
      }
      differences.add(Difference.of(Kind.OPTION, now, e));
    }
  }

  private void compareTheFixedOnes() throws SQLException {
    if (!desired.hasFixedOptions()) {
      return;
    }
    session
        .queryOne(
            Sql.of(
                "SELECT pg_char_to_encoding(%L) = d.encoding, %s FROM pg_database d"
                    + " JOIN pg_tablespace t ON t.oid = d.dattablespace WHERE d.oid = %L",
                desired.encoding() == null ? "" : desired.encoding(),
                FixedOptions.columns(server),
                row.oid()),
            found -> FixedOptions.read(found, 2).differences(desired, found.getBoolean(1)))
        .ifPresent(differences::addAll);
  }
}
