package dev.pgdb.api;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The fields of the committed CRDs. */
final class CrdFields {
  private CrdFields() {}

  /**
   * A field of a custom resource.
   *
   * @param path as the API server writes it, with {@code []} for any entry of a list; empty for the
   *     root
   */
  record Field(String kind, String path, JSONSchemaProps schema) {
    boolean isRoot() {
      return path.isEmpty();
    }

    boolean isOfSpec() {
      return path.equals("spec") || path.startsWith("spec.");
    }

    String path(String child) {
      return isRoot() ? child : path + "." + child;
    }

    private Stream<Field> withAllInside() {
      var items = schema.getItems() == null ? null : schema.getItems().getSchema();
      return Stream.of(
              Stream.of(this),
              schema.getProperties().entrySet().stream()
                  .map(e -> new Field(kind, path(e.getKey()), e.getValue()))
                  .flatMap(Field::withAllInside),
              Stream.ofNullable(items)
                  .map(schema -> new Field(kind, path + "[]", schema))
                  .flatMap(Field::withAllInside))
          .flatMap(fields -> fields);
    }

    @Override
    public String toString() {
      return kind + " " + path;
    }
  }

  static List<Field> all() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("crds"))) {
      return files.sorted().map(CrdFields::root).flatMap(Field::withAllInside).toList();
    }
  }

  private static Field root(Path file) {
    try (var content = Files.newInputStream(file)) {
      var spec = Serialization.unmarshal(content, CustomResourceDefinition.class).getSpec();
      var schema = spec.getVersions().get(0).getSchema().getOpenAPIV3Schema();
      return new Field(spec.getNames().getKind(), "", schema);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }
}
