package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgdb.postgres.Addresses;
import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.testbed.TestPostgres;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.Properties;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGProperty;

/** Who is before a DROP when it asks for its lock. */
class DropInLineIT {

  /** Where clients keep coming in, there is one at every moment. */
  @ParameterizedTest
  @ValueSource(strings = {"9.6", "18"})
  void waitsForAClientThatIsLoggingInAndSendsNoSecondDrop(String release) throws Exception {
    var server = TestPostgres.shared(release);
    var threads = new InterferingThreads();
    try (var run = new DeletionRun(server, threads)) {
      DatabaseIdentity identity = run.create("logging_in");
      long oid = requireNonNull(identity.recorded()).oid();
      DeletionProgress ready =
          Awaitility.await()
              .until(
                  () -> run.pass(identity, DeletionRun.atOnce()),
                  progress -> progress.step() instanceof DeletionStep.Drop);
      threads.interfereBeforeTheNextTask(() -> beginLogin(server, oid));

      boolean sent = run.drop(ready, () -> true);

      assertThat(sent).isTrue();
      assertThat(run.delete(identity)).isInstanceOf(Gone.class);
      assertThat(new Catalog(server).named(oid)).isEmpty();
    }
  }

  /** As when the process is stopped, or its node is cut off, in the middle of a change. */
  @ParameterizedTest
  @ValueSource(strings = {"9.6", "18"})
  void noLockOfOursOutlastsAProcessThatHangs(String release) throws Exception {
    var server = TestPostgres.shared(release);
    var address = Addresses.of(server);
    try (var run = new DeletionRun(server);
        var hanging = AdminSession.open(address, "postgres")) {
      DatabaseIdentity identity = run.create("locked");

      assertThatThrownBy(
              () ->
                  hanging.inTransaction(
                      () -> {
                        hanging.execute(Sql.sequence(DeletionActions.BE_QUICK));
                        hanging.execute(Sql.of("GRANT CONNECT ON DATABASE locked TO CURRENT_USER"));
                        assertThat(run.delete(identity)).isInstanceOf(Gone.class);
                        return true;
                      }))
          .isInstanceOf(SQLException.class);
    }
  }

  /** Through the door that somebody has opened again. */
  private static Thread beginLogin(TestPostgres server, long oid) throws SQLException {
    String name = DatabaseName.whenDropped(oid);
    server.execute("postgres", "ALTER DATABASE " + name + " ALLOW_CONNECTIONS true");
    Thread client = Thread.ofVirtual().start(() -> logIn(server, name));
    Awaitility.await()
        .until(
            () ->
                !new Catalog(server)
                    .rows("SELECT pid FROM pg_locks WHERE locktype = 'object' AND objid = " + oid)
                    .isEmpty());
    return client;
  }

  private static void logIn(TestPostgres server, String database) {
    var properties = new Properties();
    PGProperty.USER.set(properties, server.superuser());
    PGProperty.PASSWORD.set(properties, server.password());
    PGProperty.OPTIONS.set(properties, "-c post_auth_delay=1");
    try (var connection = DriverManager.getConnection(server.jdbcUrl(database), properties)) {
      assertThat(connection).isNotNull();
    } catch (SQLException e) {
      // It was ended while it logged in.
    }
  }
}
