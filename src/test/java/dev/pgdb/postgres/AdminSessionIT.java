package dev.pgdb.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/** What a session in a database acts as, whatever its owner has set there. */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {"9.6", "18"})
class AdminSessionIT {
  private final TestPostgres server;

  AdminSessionIT(String release) {
    server = TestPostgres.shared(release);
  }

  @BeforeEach
  void setRoleInTheDatabase() throws SQLException {
    server.execute(
        "postgres",
        "CREATE ROLE dba SUPERUSER",
        "CREATE ROLE weak LOGIN PASSWORD 'let me in' IN ROLE dba",
        "CREATE ROLE app",
        "GRANT app TO weak",
        "CREATE DATABASE with_role OWNER app",
        "ALTER DATABASE with_role SET role = 'app'");
  }

  @AfterEach
  void dropAll() throws SQLException {
    server.execute(
        "postgres", "DROP DATABASE with_role", "DROP ROLE weak", "DROP ROLE dba", "DROP ROLE app");
  }

  @Test
  void isNotWhatTheDatabaseSays() throws Exception {
    assertThat(roleIn("with_role")).isEqualTo("weak");
  }

  @Test
  void isWhatIsSetForTheAdminItselfWhateverTheDatabaseSays() throws Exception {
    server.execute("postgres", "ALTER ROLE weak SET role = 'dba'");

    assertThat(roleIn("postgres")).isEqualTo("dba");
    assertThat(roleIn("with_role")).isEqualTo("dba");
  }

  private String roleIn(String database) throws SQLException {
    try (AdminSession session =
        AdminSession.open(Addresses.of(server, "weak", "let me in"), database)) {
      session.execute(Sql.of("RESET ROLE"));
      return session.query(Sql.of("SELECT current_user"), row -> row.getString(1)).getFirst();
    }
  }
}
