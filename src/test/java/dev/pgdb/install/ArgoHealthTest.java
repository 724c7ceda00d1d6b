package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.luaj.vm2.LuaTable;
import org.luaj.vm2.LuaValue;
import org.luaj.vm2.lib.jse.JsePlatform;

/**
 * What Argo CD makes of our resources. The cases lie beside the checks, in the form that Argo CD
 * has for them.
 */
class ArgoHealthTest {
  private static final Path FOLDER = Path.of("deploy/argocd/pgdb.dev");

  record Case(Path folder, JsonNode expected, String input) {
    @Override
    public String toString() {
      return folder.getFileName() + " " + input;
    }
  }

  static Stream<Case> cases() {
    return Stream.of("PostgresDatabase", "PostgresServer")
        .map(FOLDER::resolve)
        .flatMap(
            folder ->
                StreamSupport.stream(
                        read(folder.resolve("health_test.yaml")).at("/tests").spliterator(), false)
                    .map(
                        test ->
                            new Case(
                                folder, test.at("/healthStatus"), test.at("/inputPath").asText())));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void tellsHowTheResourceIs(Case given) throws IOException {
    var lua = JsePlatform.standardGlobals();
    lua.set("obj", lua(read(given.folder().resolve(given.input()))));

    LuaValue health = lua.load(Files.readString(given.folder().resolve("health.lua"))).call();

    assertThat(health.get("status").tojstring()).isEqualTo(given.expected().at("/status").asText());
    assertThat(health.get("message").tojstring())
        .isEqualTo(given.expected().at("/message").asText());
  }

  @Test
  void isTheSameForServersAndDatabases() {
    assertThat(FOLDER.resolve("PostgresServer/health.lua"))
        .hasSameTextualContentAs(FOLDER.resolve("PostgresDatabase/health.lua"));
  }

  private static JsonNode read(Path file) {
    try {
      return Chart.read(Files.readString(file));
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }

  private static LuaValue lua(JsonNode node) {
    if (node.isObject()) {
      var table = new LuaTable();
      node.properties().forEach(field -> table.set(field.getKey(), lua(field.getValue())));
      return table;
    }
    if (node.isArray()) {
      var table = new LuaTable();
      node.forEach(element -> table.set(table.length() + 1, lua(element)));
      return table;
    }
    if (node.isBoolean()) {
      return LuaValue.valueOf(node.asBoolean());
    }
    return node.isNumber() ? LuaValue.valueOf(node.asInt()) : LuaValue.valueOf(node.asText());
  }
}
