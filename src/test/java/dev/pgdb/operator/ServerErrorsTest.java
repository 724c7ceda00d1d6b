package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.Reason;
import dev.pgdb.operator.ServerState.Unusable;
import dev.pgdb.postgres.Secret;
import dev.pgdb.postgres.ServerAddress;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postgresql.util.PSQLException;

class ServerErrorsTest {
  private static final ResourceID MAIN = new ResourceID("main", "databases");
  private static final ServerAddress ADDRESS =
      new ServerAddress(
          List.of("pg-0", "pg-1"), 5433, "postgres", "pgdb", new Secret("hunter2"), "require");

  @ParameterizedTest
  @CsvSource(
      nullValues = "none",
      value = {
        "08001, SERVER_UNREACHABLE, cannot be reached: what it said",
        "57P01, SERVER_UNREACHABLE, cannot be reached: what it said",
        "none, SERVER_NOT_READY, answered: what it said",
        "28P01, LOGIN_FAILED, refused the login of role pgdb: what it said",
        "28000, LOGIN_FAILED, refused the login of role pgdb: what it said",
        "53300, SERVER_UNREACHABLE, has no free connection left: what it said",
        "42501, INSUFFICIENT_PRIVILEGE, does not let role pgdb do what is needed: what it said",
        "XX000, SERVER_NOT_READY, answered: what it said",
      })
  void namesTheServerAndSaysWhatIsWrong(@Nullable String sqlState, Reason reason, String sentence) {
    Unusable state =
        ServerErrors.unusable(MAIN, ADDRESS, new SQLException("what it said", sqlState));

    assertThat(state)
        .isEqualTo(
            new Unusable(reason, "PostgresServer databases/main at pg-0,pg-1:5433 " + sentence));
  }

  @Test
  void takesWhatTheDriverHasNoCodeForAsAServerThatDoesNotAnswer() {
    assertThat(ServerErrors.unusable(MAIN, ADDRESS, new PSQLException("gone", null)).reason())
        .isEqualTo(Reason.SERVER_UNREACHABLE);
  }
}
