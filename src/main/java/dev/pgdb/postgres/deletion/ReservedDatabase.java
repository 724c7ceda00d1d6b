package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The database has come to be one that must not be dropped: since it was created it was given the
 * name of one that belongs to the server, or the sessions of an admin of pgdb were moved into it.
 *
 * @param ofAdmin whether it is where sessions of an admin are
 */
record ReservedDatabase(String database, boolean ofAdmin) implements Blocker {
  static Optional<Blocker> of(DatabaseRow database, ServerFacts server, DeletionPolicy policy) {
    boolean ofAdmin =
        database.name().equals(server.maintenanceDatabase())
            || policy.spared().contains(database.name());
    return ofAdmin || DatabaseName.isOfTheServer(database.name())
        ? Optional.of(new ReservedDatabase(database.name(), ofAdmin))
        : Optional.empty();
  }

  @Override
  public String subject() {
    return Sql.of("database %I", database).toString();
  }

  @Override
  public @Nullable Instant since() {
    return null;
  }

  @Override
  public String message() {
    return subject()
        + (ofAdmin
            ? " is the maintenance database of a PostgresServer: the sessions of pgdb are in it"
            : " has a name that belongs to the server itself");
  }

  @Override
  public String remedy() {
    return ofAdmin
        ? "Set spec.maintenanceDatabase of that PostgresServer to another database, such as postgres."
        : "If it is the one to be dropped, rename it: "
            + Sql.of("ALTER DATABASE %I RENAME TO %I", database, database + "_to_drop")
            + "; else set spec.deletion.policy to Retain.";
  }
}
