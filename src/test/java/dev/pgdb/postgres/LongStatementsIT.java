package dev.pgdb.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.TestPostgres;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;

/** Who has the session of a DROP, and until when. */
class LongStatementsIT {
  private static final List<Sql> DROP_OF_NOTHING = List.of(Sql.of("DROP DATABASE %I", "no such"));

  private final TestPostgres server = TestPostgres.shared("18");

  /** A signal that comes a moment too late would end what somebody else runs by then. */
  @Test
  void givesTheSessionOfADropToNobodyWhileTheDropMayBeCalledBack() throws Exception {
    var address = Addresses.of(server);
    try (var sessions = new AdminSessions(address, 4, Clock.systemUTC());
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var statements = new LongStatements(sessions, threads, Clock.systemUTC());

      statements.drop(
          "drop",
          (dropping, drop) -> {
            drop.start();
            Awaitility.await().until(drop::ended);
            try (var other = sessions.lease()) {
              assertThat(other.session().pid()).isNotEqualTo(dropping.pid());
            }
            return true;
          },
          DROP_OF_NOTHING,
          () -> {});

      try (var first = sessions.lease();
          var second = sessions.lease();
          var third = sessions.lease();
          var fourth = sessions.lease()) { // none is lost
        assertThat(List.of(first, second, third, fourth)).hasSize(4);
      }
    }
  }
}
