package dev.pgdb.postgres.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Of a statement of somebody else nothing is told but what kind of statement it is. */
class SqlCommandTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER ROLE app PASSWORD 'hunter2' | ALTER ROLE",
        "  create\tdatabase hunter2 | CREATE DATABASE",
        "GRANT hunter2 TO app | GRANT",
        "comment on database x is 'hunter2' | COMMENT",
        "begin;alter user app password 'hunter2' | BEGIN",
        "rollback | ROLLBACK",
      })
  void isToldByItsKeywords(String statement, String command) {
    assertThat(SqlCommand.of(statement)).hasValue(command);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "hunter2", "/* hunter2 */ SELECT 1", "-- DROP", "'GRANT'", "ALTERhunter2"})
  void isNotToldWhereItBeginsWithNoneOfThem(String statement) {
    assertThat(SqlCommand.of(statement)).isEmpty();
  }
}
