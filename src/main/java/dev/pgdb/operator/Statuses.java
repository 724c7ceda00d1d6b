package dev.pgdb.operator;

import dev.pgdb.api.Binding;
import dev.pgdb.api.DatabaseStatus;
import dev.pgdb.api.DeletionStatus;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresDatabaseStatus;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Makes new statuses out of old ones: what a pass says nothing of stays as it was. */
final class Statuses {
  private static final PostgresDatabaseStatus NONE =
      new PostgresDatabaseStatus(null, List.of(), null, null, null);

  private Statuses() {}

  static PostgresDatabaseStatus of(PostgresDatabase database) {
    PostgresDatabaseStatus status = database.getStatus();
    return status == null ? NONE : status;
  }

  static PostgresDatabaseStatus next(PostgresDatabase database, List<Condition> conditions) {
    return next(database, conditions, of(database).database(), of(database).deletion());
  }

  static PostgresDatabaseStatus next(
      PostgresDatabase database,
      List<Condition> conditions,
      @Nullable DatabaseStatus identity,
      @Nullable DeletionStatus deletion) {
    return next(database, conditions, identity, of(database).binding(), deletion);
  }

  static PostgresDatabaseStatus next(
      PostgresDatabase database,
      List<Condition> conditions,
      @Nullable DatabaseStatus identity,
      @Nullable Binding binding,
      @Nullable DeletionStatus deletion) {
    return new PostgresDatabaseStatus(
        database.getMetadata().getGeneration(), conditions, identity, binding, deletion);
  }

  /**
   * An object that carries nothing but a status, for server-side apply. The API server refuses it
   * where the resource has changed since it was read.
   */
  static PostgresDatabase patchUnlessChanged(
      PostgresDatabase database, PostgresDatabaseStatus status) {
    var patch = new PostgresDatabase();
    patch.setMetadata(
        new ObjectMetaBuilder()
            .withName(database.getMetadata().getName())
            .withNamespace(database.getMetadata().getNamespace())
            .withUid(database.getMetadata().getUid()) // never another resource of that name
            .withResourceVersion(database.getMetadata().getResourceVersion())
            .build());
    patch.setStatus(status);
    return patch;
  }
}
