package dev.pgdb.postgres.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.deletion.DeletionStep.Drain;
import dev.pgdb.postgres.deletion.DeletionStep.Drop;
import dev.pgdb.postgres.deletion.ReleaseOutcome.Locked;
import dev.pgdb.postgres.deletion.ReleaseOutcome.NameTaken;
import dev.pgdb.postgres.deletion.ReleaseOutcome.NothingOurs;
import dev.pgdb.postgres.deletion.ReleaseOutcome.Released;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.PGConnection;

/** A database that shall stay after all becomes what it was before its deletion began. */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {"9.6", "18"})
class DatabaseReleaseIT {
  private final TestPostgres server;
  private final Catalog catalog;

  DatabaseReleaseIT(String release) {
    server = TestPostgres.shared(release);
    catalog = new Catalog(server);
  }

  @Test
  void putsTheDefaultPrivilegesBack() throws Exception {
    restores("plain");
  }

  @Test
  void putsEveryGrantBackWithItsGrantor() throws Exception {
    roles("kept_a", "kept_b", "kept_c");
    restores(
        "granted",
        "REVOKE CONNECT ON DATABASE granted FROM PUBLIC",
        "GRANT CONNECT ON DATABASE granted TO kept_a WITH GRANT OPTION",
        "SET ROLE kept_a; GRANT CONNECT ON DATABASE granted TO kept_b WITH GRANT OPTION",
        "SET ROLE kept_b; GRANT CONNECT ON DATABASE granted TO kept_c, PUBLIC",
        "GRANT TEMPORARY, CREATE ON DATABASE granted TO kept_c");
  }

  @Test
  void canGiveBackAllThatABareOwnerHasTaken() throws Exception {
    roles("bare_owner", "kept_a", "kept_b");
    server.execute("postgres", "ALTER ROLE bare_owner LOGIN PASSWORD 'let me in'");
    DatabaseIdentity identity;
    try (var creation = new DeletionRun(server)) {
      identity = creation.create("granted_on");
    }
    server.execute(
        "postgres",
        "ALTER DATABASE granted_on OWNER TO bare_owner",
        "REVOKE CONNECT ON DATABASE granted_on FROM PUBLIC",
        "GRANT CONNECT ON DATABASE granted_on TO kept_a WITH GRANT OPTION",
        "GRANT CONNECT ON DATABASE granted_on TO kept_b",
        "SET ROLE kept_a",
        "GRANT CONNECT ON DATABASE granted_on TO kept_b, PUBLIC");
    var before = catalog.state(oid(identity));
    try (var run = new DeletionRun(server, "bare_owner", "let me in", Clock.systemUTC())) {
      DatabaseOriginal original = run.original(identity);
      run.until(identity, DeletionRun.atOnce(), step -> step instanceof Drop);

      assertThat(run.release(identity, original)).isInstanceOf(Released.class);

      assertThat(catalog.state(oid(identity))).isEqualTo(unclaimed(identity, before));
    }
    server.execute("postgres", "DROP DATABASE granted_on", "DROP ROLE bare_owner");
  }

  @Test
  void putsTheTemplateFlagTheLimitAndTheCommentBack() throws Exception {
    restores(
        "settings",
        "ALTER DATABASE settings WITH IS_TEMPLATE true CONNECTION LIMIT 7",
        "COMMENT ON DATABASE settings IS E'the orders\\npgdb.dev: %s %s\\nand more'");
  }

  @Test
  void leavesTheDoorClosedThatWasClosedBefore() throws Exception {
    restores("closed", "ALTER DATABASE closed WITH ALLOW_CONNECTIONS false");
  }

  @Test
  void forgetsRolesThatWereDroppedMeanwhile() throws Exception {
    roles("short_lived");
    try (var run = new DeletionRun(server)) {
      DatabaseIdentity identity = run.create("outlived");
      var before = catalog.state(oid(identity));
      server.execute("postgres", "GRANT CONNECT ON DATABASE outlived TO short_lived");
      DatabaseOriginal original = run.original(identity);
      run.until(identity, DeletionRun.atOnce(), step -> step instanceof Drop);
      server.execute("postgres", "DROP ROLE short_lived");

      assertThat(run.release(identity, original)).isInstanceOf(Released.class);

      assertThat(catalog.state(oid(identity))).isEqualTo(unclaimed(identity, before));
      server.execute("postgres", "DROP DATABASE outlived");
    }
  }

  @Test
  void restoresWhatNobodyClaimsAnyMoreButNotWhatSomebodyElseClaims() throws Exception {
    try (var run = new DeletionRun(server)) {
      DatabaseIdentity identity = run.create("contested");
      DatabaseOriginal original = run.original(identity);
      var before = catalog.state(oid(identity));
      run.until(identity, DeletionRun.atOnce(), step -> step instanceof Drop);
      String grave = catalog.named(oid(identity)).getFirst();
      server.execute("postgres", "COMMENT ON DATABASE " + grave + " IS 'pgdb.dev: a/b 4711'");
      assertThat(run.release(identity, original)).isEqualTo(new NothingOurs(false));
      server.execute("postgres", "COMMENT ON DATABASE " + grave + " IS NULL");

      assertThat(run.release(identity, original)).isInstanceOf(Released.class);

      assertThat(catalog.state(oid(identity))).isEqualTo(unclaimed(identity, before));
      server.execute("postgres", "DROP DATABASE contested");
      assertThat(run.release(identity, original)).isEqualTo(new NothingOurs(true));
    }
  }

  /** Somebody's DROP of what was left of a creation was interrupted. */
  @Test
  void letsGoOfAHalfCreatedDatabaseThatIsInvalid() throws Exception {
    try (var run = new DeletionRun(server)) {
      DatabaseIdentity some = run.identityOf("half", 1);
      var identity = new DatabaseIdentity("half", some.claim(), null);
      String name = DatabaseName.whileCreated(identity.claim());
      server.execute(
          "postgres",
          "CREATE DATABASE \"" + name + "\" ALLOW_CONNECTIONS false",
          "UPDATE pg_database SET datconnlimit = -2 WHERE datname = '" + name + "'");

      assertThat(run.release(identity, null)).isInstanceOf(Released.class);

      server.execute("postgres", "DROP DATABASE \"" + name + "\"");
    }
  }

  @Test
  void saysThatAnotherDatabaseHasTakenTheName() throws Exception {
    try (var run = new DeletionRun(server)) {
      DatabaseIdentity identity = run.create("taken");
      DatabaseOriginal original = run.original(identity);
      run.until(identity, DeletionRun.atOnce(), step -> step instanceof Drop);
      server.execute("postgres", "CREATE DATABASE taken");

      assertThat(run.release(identity, original)).isEqualTo(new NameTaken("taken"));

      server.execute("postgres", "DROP DATABASE taken");
      assertThat(run.release(identity, original)).isInstanceOf(Released.class);
      server.execute("postgres", "DROP DATABASE taken");
    }
  }

  @Test
  void saysWhoLocksTheDatabaseAndEndsThemWhereThatIsAllowed() throws Exception {
    try (var run = new DeletionRun(server);
        var stranger = server.connect("postgres");
        var statement = stranger.createStatement()) {
      DatabaseIdentity identity = run.create("locked");
      DatabaseOriginal original = run.original(identity);
      var before = catalog.state(oid(identity));
      run.until(identity, DeletionRun.atOnce(), step -> step instanceof Drop);
      stranger.setAutoCommit(false);
      String grave = catalog.named(oid(identity)).getFirst();
      statement.execute("GRANT TEMPORARY ON DATABASE " + grave + " TO PUBLIC");
      String pid = "pid " + stranger.unwrap(PGConnection.class).getBackendPID();

      assertThat(run.release(identity, original))
          .isInstanceOfSatisfying(
              Locked.class,
              locked ->
                  assertThat(locked.blockers()).extracting(Blocker::subject).containsExactly(pid));
      assertThat(stranger.isValid(1)).isTrue();

      var terminate = new DeletionPolicy(Instant.EPOCH, true, true, true, true);
      assertThat(run.release(identity, original, terminate)).isInstanceOf(Released.class);

      assertThat(stranger.isValid(1)).isFalse();
      assertThat(catalog.state(oid(identity))).isEqualTo(unclaimed(identity, before));
      server.execute("postgres", "DROP DATABASE locked");
    }
  }

  /** Once while the drain has the door closed, once when the database is ready to be dropped. */
  private void restores(String name, String... preparation) throws Exception {
    for (boolean buried : List.of(false, true)) {
      try (var run = new DeletionRun(server)) {
        DatabaseIdentity identity = run.create(name);
        for (String sql : preparation) {
          String[] both =
              sql.replaceFirst("%s", identity.claim().holder())
                  .replaceFirst("%s", identity.claim().uid())
                  .split("; ");
          server.execute("postgres", both);
        }
        DatabaseOriginal original = run.original(identity);
        var before = catalog.state(oid(identity));
        if (buried) {
          run.until(identity, DeletionRun.atOnce(), step -> step instanceof Drop);
        } else if (original.allowConnections()) {
          try (var client = server.connect(name)) {
            var drain = DeletionRun.after(Duration.ofHours(1));
            run.until(identity, drain, step -> step instanceof Drain);
            assertThat(client.isValid(1)).isTrue();
          }
        }
        if (buried) {
          assertThat(catalog.state(oid(identity))).isNotEqualTo(before);
        }

        assertThat(run.release(identity, original)).isInstanceOf(Released.class);

        assertThat(catalog.state(oid(identity))).isEqualTo(unclaimed(identity, before));
        server.execute(
            "postgres", "ALTER DATABASE " + name + " IS_TEMPLATE false", "DROP DATABASE " + name);
      }
    }
  }

  private static List<String> unclaimed(DatabaseIdentity identity, List<String> state) {
    String line = "pgdb.dev: " + identity.claim().holder() + " " + identity.claim().uid();
    Function<String, String> without =
        text -> text.replace("\n" + line, "").replace(" | " + line, "");
    return state.stream().map(without).toList();
  }

  private void roles(String... names) throws SQLException {
    for (String name : names) {
      if (catalog.rows("SELECT rolname FROM pg_roles WHERE rolname = '" + name + "'").isEmpty()) {
        server.execute("postgres", "CREATE ROLE " + name);
      }
    }
  }

  private static long oid(DatabaseIdentity identity) {
    return java.util.Objects.requireNonNull(identity.recorded()).oid();
  }
}
