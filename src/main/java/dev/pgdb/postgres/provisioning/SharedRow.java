package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.provisioning.OwnerLogin.Known;
import dev.pgdb.postgres.provisioning.OwnerLogin.Unknown;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What the catalogs that all databases share have of one of them (docs/postgresql.md, "Shared
 * catalogs"): all that a {@link ProvisioningPass} looks at from outside.
 */
record SharedRow(DatabaseRow database, FixedOptions options, OwnerRow owner) {
  private static final int OPTIONS = 9;
  private static final int OWNER = 15;

  /** Asks for those that somebody claims. */
  static Sql select(ServerFacts server) {
    return Sql.of(
        "SELECT %s, %s, %s FROM pg_database d"
            + " JOIN pg_tablespace t ON t.oid = d.dattablespace"
            + " JOIN pg_roles r ON r.oid = d.datdba"
            + " WHERE position('pgdb.dev: ' IN shobj_description(d.oid, 'pg_database')) > 0",
        DatabaseRow.COLUMNS, FixedOptions.columns(server), OwnerRow.columns(server));
  }

  static SharedRow read(ResultSet row) throws SQLException {
    return new SharedRow(
        DatabaseRow.read(row), FixedOptions.read(row, OPTIONS), OwnerRow.read(row, OWNER));
  }

  /** Whether a pass would leave the database as it is, whatever is in it. */
  boolean isAs(DesiredDatabase desired) {
    return database.name().equals(desired.identity().name())
        && database.isClaimedBy(desired.identity().claim())
        && !database.invalid()
        && database.owner().equals(desired.ownerOf(database))
        && database.connectionLimit() == desired.connectionLimit()
        && hasOptionsOf(desired)
        && owner.member();
  }

  private boolean hasOptionsOf(DesiredDatabase desired) {
    boolean sameEncoding = desired.encoding() == null || options.isEncodedIn(desired.encoding());
    return options.differences(desired, sameEncoding).isEmpty();
  }

  /**
   * How the owner logs in.
   *
   * @return nothing where a pass would change something about it, or might
   */
  Optional<OwnerLogin> login(Claim claim, OwnerPasswords passwords) {
    if (owner.comment().isClaimedBy(claim)) {
      return passwords.renewalWanted()
          ? Optional.empty()
          : passwords.find(owner.comment()::marks).map(kept -> new Known(owner.name(), kept));
    }
    boolean mayOwn = !owner.powerful() || passwords.isOfServersNamespace();
    return owner.comment().isClaimed() || !mayOwn
        ? Optional.empty()
        : Optional.of(new Unknown(owner.name()));
  }
}
