package dev.pgdb.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.CrdFields.Field;
import java.io.IOException;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Nobody forgets to describe a field, or to show in a {@link SchemaCase} that a rule refuses. */
class SchemaCompletenessTest {
  private static List<Field> fields = List.of();

  /**
   * A refusal that some case must show.
   *
   * @param field where
   * @param sentence a part of what the API server answers
   */
  record Refusal(String kind, String field, String sentence) {
    boolean isShownBy(SchemaCase schemaCase) {
      return schemaCase.resource().getKind().equals(kind)
          && schemaCase.refusals().stream()
              .map(answer -> answer.replaceAll("\\[\\d+]", "[]"))
              .anyMatch(answer -> answer.startsWith(field + ": ") && answer.contains(sentence));
    }
  }

  @BeforeAll
  static void read() throws IOException {
    fields = CrdFields.all();
  }

  @Test
  void everyRuleIsShownToRefuse() throws IOException {
    var cases = SchemaCase.all();
    var refusals =
        fields.stream()
            .filter(f -> f.isRoot() || f.isOfSpec())
            .flatMap(SchemaCompletenessTest::refusals)
            .toList();
    assertThat(refusals).hasSizeGreaterThan(80);
    assertThat(refusals)
        .as("refusals that no file in src/test/resources/schema shows")
        .filteredOn(refusal -> cases.stream().noneMatch(refusal::isShownBy))
        .isEmpty();
  }

  @Test
  void everyFieldHasADescription() {
    assertThat(fields)
        .filteredOn(field -> !field.path().endsWith("[]"))
        .allSatisfy(field -> assertThat(field.schema().getDescription()).isNotBlank());
  }

  @Test
  void everyDefaultIsInTheDescription() {
    assertThat(fields)
        .filteredOn(f -> f.schema().getDefault() != null && f.schema().getDefault().isValueNode())
        .hasSizeGreaterThan(10)
        .allSatisfy(
            field ->
                assertThat(field.schema().getDescription())
                    .contains("Default: " + field.schema().getDefault().asText() + "."));
  }

  private static Stream<Refusal> refusals(Field field) {
    var schema = field.schema();
    return Stream.of(
            schema.getRequired().stream()
                .map(child -> refusal(field, field.path(child), "Required value")),
            here(field, schema.getEnum().isEmpty() ? null : 0, "Unsupported value"),
            here(field, schema.getMinimum(), "greater than or equal to"),
            here(field, schema.getMaximum(), "less than or equal to"),
            here(field, schema.getMinLength(), "at least"),
            here(field, schema.getMaxLength(), "Too long"),
            here(field, schema.getMaxItems(), "Too many"),
            schema.getXKubernetesListMapKeys().stream()
                .map(key -> refusal(field, field.path() + "[]", "Duplicate value")),
            schema.getXKubernetesValidations().stream()
                .map(rule -> refusal(field, at(field, rule.getFieldPath()), rule.getMessage())))
        .flatMap(refusals -> refusals);
  }

  private static Stream<Refusal> here(Field field, @Nullable Number bound, String sentence) {
    return bound == null ? Stream.of() : Stream.of(refusal(field, field.path(), sentence));
  }

  private static Refusal refusal(Field field, String path, String sentence) {
    return new Refusal(field.kind(), path, sentence);
  }

  private static String at(Field field, @Nullable String fieldPath) {
    return fieldPath == null ? field.path() : field.path(fieldPath.substring(1));
  }
}
