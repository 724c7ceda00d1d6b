package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;

import dev.pgdb.api.DatabaseStatus;
import dev.pgdb.api.Deletion;
import dev.pgdb.api.DeletionStatus;
import dev.pgdb.api.ExistingDatabase;
import dev.pgdb.api.ForeignLocks;
import dev.pgdb.api.LocaleProvider;
import dev.pgdb.api.OriginalState;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PreparedTransactions;
import dev.pgdb.api.ReplicationSlots;
import dev.pgdb.api.Subscriptions;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.deletion.DatabaseOriginal;
import dev.pgdb.postgres.deletion.DeletionPolicy;
import dev.pgdb.postgres.provisioning.DesiredContent;
import dev.pgdb.postgres.provisioning.DesiredDatabase;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Says what a PostgresDatabase means in the words of {@code dev.pgdb.postgres}. */
final class Translation {
  private Translation() {}

  static String databaseName(PostgresDatabase database) {
    String name = database.getSpec().databaseName();
    return name == null ? database.getMetadata().getName() : name;
  }

  static String owner(PostgresDatabase database) {
    String owner = database.getSpec().owner();
    return owner == null ? databaseName(database) : owner;
  }

  static String connectionSecret(PostgresDatabase database) {
    var secret = database.getSpec().connectionSecret();
    return secret == null ? database.getMetadata().getName() + "-db" : secret.name();
  }

  static DatabaseIdentity identity(PostgresDatabase database) {
    var metadata = database.getMetadata();
    return new DatabaseIdentity(
        databaseName(database),
        new Claim(metadata.getNamespace() + "/" + metadata.getName(), metadata.getUid()),
        recorded(status(database)));
  }

  static @Nullable DatabaseStatus status(PostgresDatabase database) {
    return database.getStatus() == null ? null : database.getStatus().database();
  }

  private static DatabaseIdentity.@Nullable Recorded recorded(@Nullable DatabaseStatus status) {
    if (status == null || status.oid() == null || status.systemIdentifier() == null) {
      return null;
    }
    return new DatabaseIdentity.Recorded(status.oid(), status.systemIdentifier());
  }

  static DesiredDatabase desired(PostgresDatabase database) {
    var spec = database.getSpec();
    return new DesiredDatabase(
        identity(database),
        owner(database),
        spec.owner() == null && spec.existingDatabase() == ExistingDatabase.Adopt,
        spec.existingDatabase() == ExistingDatabase.Adopt,
        spec.template(),
        spec.encoding(),
        spec.locale(),
        Optional.ofNullable(spec.localeProvider()).map(LocaleProvider::name).orElse(null),
        spec.tablespace(),
        spec.connectionLimit(),
        new DesiredContent(
            spec.schemas().stream()
                .map(schema -> new DesiredContent.Schema(schema.name(), schema.owner()))
                .toList(),
            spec.extensions().stream()
                .map(
                    extension ->
                        new DesiredContent.Extension(
                            extension.name(), extension.version(), extension.schema()))
                .toList()));
  }

  /** What a deletion has noted before it touched anything. */
  static @Nullable DatabaseOriginal original(PostgresDatabase database) {
    DeletionStatus deletion = Statuses.of(database).deletion();
    OriginalState original = deletion == null ? null : deletion.original();
    if (original == null) {
      return null;
    }
    return new DatabaseOriginal(
        requireNonNull(original.name()),
        original.acl(),
        requireNonNull(original.allowConnections()),
        requireNonNull(original.connectionLimit()),
        requireNonNull(original.isTemplate()));
  }

  static OriginalState original(DatabaseOriginal original) {
    return new OriginalState(
        original.name(),
        original.acl(),
        original.allowConnections(),
        original.connectionLimit(),
        original.template());
  }

  static DeletionPolicy policy(PostgresDatabase database) {
    Instant began = Instant.parse(database.getMetadata().getDeletionTimestamp());
    Deletion deletion = database.getSpec().deletion();
    return new DeletionPolicy(
        began.plus(deletion.drainDuration()),
        deletion.preparedTransactions() == PreparedTransactions.RollBack,
        deletion.subscriptions() == Subscriptions.Drop,
        deletion.replicationSlots() == ReplicationSlots.Drop,
        deletion.foreignLocks() == ForeignLocks.Terminate);
  }
}
