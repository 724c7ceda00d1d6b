package dev.pgdb.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTest {
  @Test
  void doublesTheQuotesOfAnIdentifier() {
    assertThat(Sql.of("DROP DATABASE %I", "Ünï\"code; drop").text())
        .isEqualTo("DROP DATABASE \"Ünï\"\"code; drop\"");
  }

  @Test
  void leavesBackslashesOfAnIdentifierAlone() {
    assertThat(Sql.of("DROP DATABASE %I", "a\\b").text()).isEqualTo("DROP DATABASE \"a\\b\"");
  }

  @Test
  void doublesTheQuotesOfALiteral() {
    assertThat(Sql.of("SELECT %L", "it's").text()).isEqualTo("SELECT 'it''s'");
  }

  @Test
  void writesALiteralWithBackslashesSoThatNoSettingChangesIt() {
    assertThat(Sql.of("SELECT %L", "\\' OR true").text()).isEqualTo("SELECT  E'\\\\'' OR true'");
  }

  @Test
  void readsNoPlaceholdersInArguments() {
    assertThat(Sql.of("SELECT %L, %I", "%I", "%L%%").text()).isEqualTo("SELECT '%I', \"%L%%\"");
  }

  @Test
  void writesNumbersAndBooleansBare() {
    assertThat(Sql.of("SELECT %L, %L, 5 %% 2", -1, true).text())
        .isEqualTo("SELECT -1, true, 5 % 2");
  }

  @Test
  void showsNoSecret() {
    Sql inner = Sql.of("PASSWORD %L", new Secret("hunter2"));
    Sql outer = Sql.of("ALTER ROLE %I %s", "app", inner);

    assertThat(outer.text()).isEqualTo("ALTER ROLE \"app\" PASSWORD 'hunter2'");
    assertThat(outer.toString())
        .startsWith("ALTER ROLE \"app\" PASSWORD ")
        .doesNotContain("hunter");
  }

  @ParameterizedTest
  @ValueSource(strings = {"SELECT %I", "SELECT %L"})
  void refusesWhatPostgresCannotStore(String template) {
    assertThatThrownBy(() -> Sql.of(template, "a\0b"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("U+0000");
  }

  @Test
  void refusesASecretThatPostgresCannotStoreWithoutShowingIt() {
    assertThatThrownBy(() -> Sql.of("PASSWORD %L", new Secret("hunter2\0")))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageNotContaining("hunter");
  }

  @Test
  void refusesAPlaceholderWithoutArgument() {
    assertThatThrownBy(() -> Sql.of("SELECT %L, %L", 1)).hasMessageContaining("too few");
  }

  @Test
  void refusesAnArgumentWithoutPlaceholder() {
    assertThatThrownBy(() -> Sql.of("SELECT %L", 1, 2)).hasMessageContaining("too many");
  }

  @Test
  void refusesAPlaceholderThatItDoesNotKnow() {
    assertThatThrownBy(() -> Sql.of("SELECT %d", 1)).hasMessageContaining("%d");
  }

  @Test
  void isPreparedWithAParameterForEachLiteral() {
    Sql inner = Sql.of("oid = %L", 4711);
    Sql query = Sql.of("SELECT %L FROM %I WHERE %s AND %L", "it's 5%", "a$1", inner, true);
    assertThat(query.prepare("q").text())
        .isEqualTo("PREPARE \"q\" AS SELECT $1 FROM \"a$1\" WHERE oid = $2 AND true");
    assertThat(query.executePrepared("q").text()).isEqualTo("EXECUTE \"q\" ('it''s 5%', 4711)");
  }

  @Test
  void isPreparedAndExecutedWithoutLiterals() {
    Sql query = Sql.of("SELECT 5 %% 2");
    assertThat(query.prepare("q").text()).isEqualTo("PREPARE \"q\" AS SELECT 5 % 2");
    assertThat(query.executePrepared("q").text()).isEqualTo("EXECUTE \"q\"");
  }

  @Test
  void hasTheTemplateOfThoseThatDifferInTheirLiteralsOnly() {
    Sql one = Sql.of("SELECT %L FROM %I", 1, "a");
    assertThat(Sql.of("SELECT %L FROM %I", "two", "a").template()).isEqualTo(one.template());
    assertThat(Sql.of("SELECT %L FROM %I", 1, "b").template()).isNotEqualTo(one.template());
    assertThat(Sql.of("SELECT 1 FROM %I", "a").template()).isNotEqualTo(one.template());
  }
}
