package dev.pgdb.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.pgdb.testbed.TestPostgres;
import java.io.IOException;
import java.nio.file.Path;

/** The sample manifests, as they lie in deploy/samples, made to name the server of the demo. */
record Samples(TestPostgres postgres) {
  static final String SERVER = "deploy/samples/postgresserver.yaml";
  static final String DATABASE = "deploy/samples/postgresdatabase.yaml";

  /** The documents of a file, edited in memory. */
  String adapted(String file) throws IOException {
    var mapper = YAMLMapper.builder().disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER).build();
    var documents = new StringBuilder();
    try (var each =
        mapper.readerFor(ObjectNode.class).<ObjectNode>readValues(Path.of(file).toFile())) {
      while (each.hasNext()) {
        ObjectNode document = each.next();
        adapt(document);
        documents.append("---\n").append(mapper.writeValueAsString(document));
      }
    }
    return documents.toString();
  }

  private void adapt(ObjectNode document) {
    switch (document.path("kind").asText()) {
      case "PostgresServer" ->
          object(document, "spec").put("host", postgres.host()).put("port", postgres.port());
      case "Secret" ->
          object(document, "stringData")
              .put("username", postgres.superuser())
              .put("password", postgres.password());
      default -> {}
    }
  }

  private static ObjectNode object(ObjectNode document, String field) {
    JsonNode found = document.path(field);
    if (found instanceof ObjectNode object) {
      return object;
    }
    throw new IllegalStateException("a sample manifest has no " + field);
  }
}
