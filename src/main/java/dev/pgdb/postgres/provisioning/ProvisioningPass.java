package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.ExactChange;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.*;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** One look at one database, and what can be done about it at once. */
final class ProvisioningPass {
  private static final Delayed COMMENTED_BY_OTHERS =
      new Delayed("somebody else is changing the comment of the database");

  private final AdminSession session;
  private final ServerFacts server;
  private final ServerAddress address;
  private final DesiredDatabase desired;
  private final DatabaseIdentity identity;
  private final OwnerProvisioning owners;
  private final boolean mayAdopt;

  ProvisioningPass(
      AdminSession session,
      ServerAddress address,
      DesiredDatabase desired,
      OwnerPasswords passwords,
      BooleanSupplier confirmed)
      throws SQLException {
    this.session = session;
    this.server = ServerFacts.read(session);
    this.address = address;
    this.desired = desired;
    this.identity = desired.identity();
    this.mayAdopt = passwords.isOfServersNamespace();
    this.owners = new OwnerProvisioning(session, server, identity.claim(), passwords, confirmed);
  }

  /** Creates the database, which takes longer than a pass. */
  @FunctionalInterface
  interface Creation {
    ProvisioningOutcome begin(ServerFacts server, OwnerProvisioning owners) throws SQLException;
  }

  ProvisioningOutcome run(Creation creation) throws SQLException {
    if (server.standby()) {
      return new Standby();
    }
    if (identity.isOnAnotherClusterThan(server)) {
      return new OtherCluster(server.systemIdentifier());
    }
    if (DatabaseName.isReserved(identity.name(), address)) {
      return new Reserved();
    }
    Optional<DatabaseRow> ours = identity.find(session);
    if (ours.isPresent()) {
      return keep(ours.get());
    }
    if (identity.recorded() != null) {
      return new Missing(identity.recorded().oid());
    }
    Optional<DatabaseRow> existing = DatabaseRow.byName(session, identity.name());
    return existing.isPresent() ? adopt(existing.get()) : creation.begin(server, owners);
  }

  private ProvisioningOutcome keep(DatabaseRow row) throws SQLException {
    if (!identity.isStill(row)) {
      return row.claim().isPresent() && row.name().equals(identity.name())
          ? new Claimed(row, row.claim().get())
          : new Missing(row.oid());
    }
    if (row.name().equals(DatabaseName.whileCreated(identity.claim()))) {
      return finish(row);
    }
    if (!row.name().equals(identity.name())) {
      return new Renamed(row);
    }
    if (row.claim().isEmpty() && !claim(row)) { // somebody edits its comment right now
      return COMMENTED_BY_OTHERS;
    }
    return mend(row, owners.ensure(desired.ownerOf(row)), false);
  }

  private ProvisioningOutcome adopt(DatabaseRow row) throws SQLException {
    if (row.claim().isPresent()) {
      return new Claimed(row, row.claim().get());
    }
    if (!desired.adopt() || !mayAdopt) {
      return new Exists(row, !mayAdopt);
    }
    OwnerLogin owner = owners.ensure(desired.ownerOf(row)); // it may have to make us its member
    return claim(row) ? mend(row, owner, false) : COMMENTED_BY_OTHERS;
  }

  private ProvisioningOutcome mend(DatabaseRow row, OwnerLogin owner, boolean created)
      throws SQLException {
    if (row.invalid()) {
      return new Provisioned(row, created, owner, List.of(Difference.INVALID));
    }
    var options = new DatabaseOptions(session, server, desired, row);
    List<Difference> differences = options.mend();
    return new Provisioned(options.mended(), created, owner, differences);
  }

  private ProvisioningOutcome finish(DatabaseRow row) throws SQLException {
    OwnerLogin owner;
    try {
      owner = owners.ensure(desired.owner());
      ExactChange.apply(
          session,
          row.oid(),
          identity.claim(),
          identity.name(),
          List.of(
              comment(row.name(), identity.claim().addedTo(row.comment())),
              Sql.of("ALTER DATABASE %I RENAME TO %I", row.name(), identity.name()),
              Sql.of("ALTER DATABASE %I ALLOW_CONNECTIONS true", identity.name()),
              Sql.of("ALTER DATABASE %I OWNER TO %I", identity.name(), desired.owner())));
    } catch (SQLException e) {
      if (SqlState.OBJECT_IN_USE.is(e)) { // a superuser has opened it, or an older pgdb created it
        return new Delayed("somebody is in it before it has its name: " + e.getMessage());
      }
      if (SqlState.INSUFFICIENT_PRIVILEGE.is(e)) {
        return OwnerRefusal.of(session, server, desired.owner(), e);
      }
      if (!SqlState.DUPLICATE_DATABASE.is(e)) {
        throw e;
      }
      DatabaseRow other = DatabaseRow.byName(session, identity.name()).orElse(row);
      return other
          .claim()
          .<ProvisioningOutcome>map(by -> new Claimed(other, by))
          .orElseGet(() -> new Exists(other, false));
    }
    Optional<DatabaseRow> finished = DatabaseRow.byOid(session, row.oid());
    return finished.isPresent() ? mend(finished.get(), owner, true) : new Creating();
  }

  private boolean claim(DatabaseRow row) throws SQLException {
    String comment = identity.claim().addedTo(row.comment());
    return ExactChange.apply(
        session,
        row.oid(),
        identity.claim(),
        row.name(),
        List.of(),
        List.of(comment(row.name(), comment)),
        ExactChange.whileStillCommentedAs(row, address));
  }

  private static Sql comment(String database, String comment) {
    return Sql.of("COMMENT ON DATABASE %I IS %L", database, comment);
  }
}
