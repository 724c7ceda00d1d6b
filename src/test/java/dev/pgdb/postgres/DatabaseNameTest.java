package dev.pgdb.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseNameTest {
  private static final ServerAddress SERVER =
      new ServerAddress(List.of("db"), 5432, "admin", "pgdb", new Secret("x"), "require");

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgres",
        "template0",
        "template1",
        "rdsadmin",
        "cloudsqladmin",
        "azure_maintenance",
        "azure_sys",
        "admin", // where our own sessions are
        "pgdb_dropped_16412",
        "pgdb_creating_x"
      })
  void namesOfOthersAreReserved(String name) {
    assertThat(DatabaseName.isReserved(name, SERVER)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"orders", "Postgres", "template2", "pgdb", "Ünï\"code; drop", "a\nb", " "})
  void anyOtherNameMayBeUsed(String name) {
    assertThat(DatabaseName.isReserved(name, SERVER)).isFalse();
  }

  @Test
  void aNameThatPostgresWouldCutOffIsReserved() {
    assertThat(DatabaseName.isReserved("x".repeat(63), SERVER)).isFalse();
    assertThat(DatabaseName.isReserved("x".repeat(64), SERVER)).isTrue();
  }

  @Test
  void bytesAreCountedRatherThanCharacters() {
    assertThat(DatabaseName.isReserved("ü".repeat(31) + "x", SERVER)).isFalse();
    assertThat(DatabaseName.isReserved("ü".repeat(32), SERVER)).isTrue();
  }

  @Test
  void ownNamesSayWhichDatabaseIsMeant() {
    var claim = new Claim("shop/orders", "0b5e1a52-7f0e-4d3b-9a53-0c6c5f0a8f11");

    assertThat(DatabaseName.whenDropped(16412)).isEqualTo("pgdb_dropped_16412");
    assertThat(DatabaseName.whileCreated(claim))
        .isEqualTo("pgdb_creating_0b5e1a52-7f0e-4d3b-9a53-0c6c5f0a8f11")
        .hasSizeLessThanOrEqualTo(DatabaseName.MAX_BYTES);
  }
}
