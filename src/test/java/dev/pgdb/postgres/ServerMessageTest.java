package dev.pgdb.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ServerMessageTest {
  @Test
  void tellsWhatIsWrongWithARequestWithoutWhatPostgresAdds() {
    var message =
        ServerMessage.of(
            new SQLException(
                "ERROR: permission denied to create extension \"x\"\n  Detail: Ask admin.",
                "42501"));

    assertThat(message.discreet()).hasValue("ERROR: permission denied to create extension \"x\"");
    assertThat(message.whole()).endsWith("Detail: Ask admin.");
  }

  @ParameterizedTest
  @CsvSource({
    "58P01, could not open file \"/usr/share/postgresql/13/extension/x.control\"",
    "0LP01, role \"theirs\" is a member of role \"admin\"",
    "28000, no pg_hba.conf entry for host \"10.0.0.1\"",
    ", the connection to 10.0.0.1:5432 was refused"
  })
  void tellsNothingThatMayNameFilesRolesOrHosts(String state, String said) {
    assertThat(ServerMessage.of(new SQLException(said, state)).discreet()).isEmpty();
  }
}
