package dev.pgdb.api;

import com.fasterxml.jackson.annotation.JsonFormat;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A file in {@code src/test/resources/schema}: what is done, what the API server must answer, and
 * after a line of three dashes the resource.
 */
record SchemaCase(String name, Header header, GenericKubernetesResource resource) {
  private static final Path FOLDER = Path.of("src/test/resources/schema");
  private static final List<String> ACCEPTED = List.of("accepted");

  /**
   * The first document of a file.
   *
   * @param expect {@code accepted}, or every sentence of the answer
   * @param update a JSON merge patch that is made after the resource was created
   * @param delete whether the resource is then deleted; what is expected holds for the last step
   * @param stored the spec as it must stand in the API server afterwards
   */
  @JsonIgnoreProperties // a misspelt key must not pass
  record Header(
      @JsonFormat(with = JsonFormat.Feature.ACCEPT_SINGLE_VALUE_AS_ARRAY) List<String> expect,
      @Nullable Map<String, Object> update,
      boolean delete,
      @Nullable Map<String, Object> stored) {}

  static List<SchemaCase> all() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().map(SchemaCase::read).toList();
    }
  }

  private static SchemaCase read(Path file) {
    try {
      var documents = Files.readString(file).split("\n---\n", 2);
      return new SchemaCase(
          file.getFileName().toString().replace(".yaml", ""),
          Serialization.unmarshal(documents[0], Header.class),
          Serialization.unmarshal(documents[1], GenericKubernetesResource.class));
    } catch (IOException | RuntimeException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }

  /** Every sentence that the API server must answer; none when it must accept. */
  List<String> refusals() {
    return header.expect().equals(ACCEPTED) ? List.of() : header.expect();
  }

  @Override
  public String toString() {
    return name;
  }
}
