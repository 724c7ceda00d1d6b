package dev.pgdb.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.TestPostgres;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

  /** DROPs may all hang, and CREATEs as well: then somebody has to see why. */
  @ParameterizedTest
  @ValueSource(ints = {3, 4, 20})
  void leavesOneSessionToLookWithHoweverManyStatementsRun(int maxConnections) throws Exception {
    try (var sessions =
        new AdminSessions(Addresses.of(server), maxConnections, Clock.systemUTC())) {
      var taken = new ArrayList<AdminSessions.Lease>();
      try {
        takeAll(taken, () -> sessions.leaseForDrop(Duration.ZERO));
        int drops = taken.size();
        takeAll(taken, () -> sessions.leaseForCreate(Duration.ZERO));

        assertThat(drops).isPositive();
        assertThat(taken.size() - drops).isEqualTo(1);
        try (var look = sessions.lease()) {
          assertThat(look.session().pid()).isPositive();
        }
      } finally {
        taken.forEach(AdminSessions.Lease::close);
      }
      try (var again = sessions.leaseForCreate(Duration.ZERO)) {
        assertThat(again).isNotNull();
      }
    }
  }

  private static void takeAll(
      List<AdminSessions.Lease> taken, Callable<AdminSessions.@Nullable Lease> kind)
      throws Exception {
    for (var lease = kind.call(); lease != null; lease = kind.call()) {
      taken.add(lease);
    }
  }
}
