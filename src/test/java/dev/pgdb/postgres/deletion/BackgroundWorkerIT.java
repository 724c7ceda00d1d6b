package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.deletion.DeletionStep.Blocked;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.testbed.TestPostgres;
import dev.pgdb.testbed.TestPostgres.StopMode;
import java.sql.SQLException;
import java.time.Clock;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A background worker of an extension, with the rights of the first superuser, is in the database:
 * that of pg_prewarm, which reads tables into memory after a restart. A prepared transaction keeps
 * one of them from it, so it does not end before somebody ends it.
 */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {"11", "13", "15", "18"})
class BackgroundWorkerIT {
  private static final String WORKER =
      "SELECT pid FROM pg_stat_activity WHERE backend_type = 'autoprewarm worker' AND datname = 'warm'";

  private final TestPostgres server;
  private final Catalog catalog;
  private final DatabaseIdentity identity;

  BackgroundWorkerIT(String release) {
    server = TestPostgres.start(release);
    catalog = new Catalog(server);
    try (var run = new DeletionRun(server)) {
      identity = run.create("warm");
    }
  }

  @BeforeEach
  void startWorker() throws SQLException {
    server.execute(
        "postgres",
        "CREATE ROLE admin LOGIN PASSWORD 'admin' IN ROLE pg_signal_backend",
        "ALTER DATABASE warm OWNER TO admin");
    server.execute(
        "warm", "CREATE TABLE read AS SELECT 1 AS id", "ALTER TABLE read OWNER TO admin");
    try (var admin = server.connect("warm", "admin", "admin")) {
      Neighbours.execute(admin, "BEGIN", "LOCK TABLE read", "PREPARE TRANSACTION 'not yet'");
    }
    server.execute(
        "postgres",
        "ALTER SYSTEM SET shared_preload_libraries = 'pg_prewarm'",
        "COPY (VALUES ('<<1>>'), ('%d,1663,%s,0,0')) TO '%s/autoprewarm.blocks'"
            .formatted(
                requireNonNull(identity.recorded()).oid(),
                server.ask("warm", "SELECT pg_relation_filenode('read')"),
                server.ask("postgres", "SHOW data_directory")));
    server.stop(StopMode.FAST);
    server.startAgain();
    Awaitility.await().until(() -> catalog.rows(WORKER), workers -> workers.size() == 1);
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void isEndedByASuperuser() throws SQLException {
    try (var run = new DeletionRun(server)) {
      assertThat(run.delete(identity)).isInstanceOf(Gone.class);
    }

    assertThat(catalog.rows("SELECT FROM pg_database WHERE datname = 'warm'")).isEmpty();
  }

  /** pg_signal_backend is not enough. */
  @Test
  void isNamedToAnyOtherAdminAndTheDeletionGoesOnOnceItHasEnded() throws SQLException {
    try (var run = new DeletionRun(server, "admin", "admin", Clock.systemUTC())) {
      var blocked = (Blocked) run.until(identity, DeletionRun.atOnce(), Blocked.class::isInstance);

      assertThat(blocked.blockers())
          .singleElement()
          .returns("ForbiddenSession", Blocker::type)
          .returns("pid " + catalog.rows(WORKER).getFirst(), Blocker::subject);
      server.execute(
          "postgres",
          TransactionCases.statementIn(
              blocked.blockers().getFirst().remedy(), "SELECT pg_terminate_backend"));
      assertThat(run.delete(identity)).isInstanceOf(Gone.class);
    }
  }
}
