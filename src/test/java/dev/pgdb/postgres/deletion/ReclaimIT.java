package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Snapshots.ANOTHERS_COMMENT;
import static dev.pgdb.postgres.deletion.Snapshots.OUR_COMMENT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Addresses;
import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Clock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The claim of a database that has lost it is put back, but never over somebody else's. */
class ReclaimIT {
  private static final String NAME = "reclaimed";

  @ParameterizedTest
  @ValueSource(strings = {"9.6", "18"})
  void putsTheClaimBackBehindTheCommentOfAPerson(String release) throws SQLException {
    try (var server = new Commented(release, "Orders.")) {
      server.reclaimAfter(() -> {});
      assertThat(server.row().comment()).isEqualTo("Orders.\n" + OUR_COMMENT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"9.6", "18"})
  void leavesTheClaimThatCameInSinceTheDatabaseWasSeen(String release) throws SQLException {
    try (var server = new Commented(release, "Orders.")) {
      server.reclaimAfter(() -> server.comment(ANOTHERS_COMMENT));
      assertThat(server.row().comment()).isEqualTo(ANOTHERS_COMMENT);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"9.6", "18"})
  void leavesTheClaimThatIsBeingWritten(String release) throws SQLException {
    try (var server = new Commented(release, "Orders.");
        var other = server.postgres.connect("postgres");
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      server.reclaimAfter(
          () -> statement.execute("COMMENT ON DATABASE reclaimed IS '" + ANOTHERS_COMMENT + "'"));
      other.commit();
      assertThat(server.row().comment()).isEqualTo(ANOTHERS_COMMENT);
    }
  }

  @FunctionalInterface
  private interface Interference {
    void run() throws SQLException;
  }

  /** A database with a comment, and a session of the admin. */
  private static final class Commented implements AutoCloseable {
    private final TestPostgres postgres;
    private final ServerAddress address;
    private final AdminSession session;

    Commented(String release, String comment) throws SQLException {
      postgres = TestPostgres.shared(release);
      address = Addresses.of(postgres);
      session = AdminSession.open(address, "postgres");
      postgres.execute("postgres", "CREATE DATABASE " + NAME);
      comment(comment);
    }

    DatabaseRow row() throws SQLException {
      return DatabaseRow.byName(session, NAME).orElseThrow();
    }

    void comment(String text) throws SQLException {
      postgres.execute("postgres", "COMMENT ON DATABASE " + NAME + " IS '" + text + "'");
    }

    void reclaimAfter(Interference interference) throws SQLException {
      try (var sessions = new AdminSessions(address, 2, Clock.systemUTC())) {
        var locks = new LockWatch(sessions, new DeletionMemory(Clock.systemUTC()), false);
        var actions = new DeletionActions(session, locks, Snapshots.database().see(), row());
        interference.run();
        actions.reclaim(address);
      }
    }

    @Override
    public void close() throws SQLException {
      session.close();
      postgres.execute("postgres", "DROP DATABASE " + NAME);
    }
  }
}
