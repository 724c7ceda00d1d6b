package dev.pgdb.postgres.provisioning;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a database shall have in it. Whatever else is there is none of our business. */
public record DesiredContent(List<Schema> schemas, List<Extension> extensions) {
  /** Nothing in particular. */
  public static final DesiredContent NONE = new DesiredContent(List.of(), List.of());

  public DesiredContent {
    schemas = List.copyOf(schemas);
    extensions = List.copyOf(extensions);
  }

  boolean isEmpty() {
    return schemas.isEmpty() && extensions.isEmpty();
  }

  /**
   * A schema.
   *
   * @param owner null: the owner of the database
   */
  public record Schema(String name, @Nullable String owner) {}

  /**
   * An extension.
   *
   * @param version null: the newest when it is created, and any from then on
   * @param schema null: the one that it asks for, otherwise public; and any from then on
   */
  public record Extension(String name, @Nullable String version, @Nullable String schema) {}
}
