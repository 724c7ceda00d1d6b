package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.deletion.DeletionStep.Blocked;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.CreateFailed;
import dev.pgdb.testbed.ClientKind;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Admins that are no superusers do what PostgreSQL allows them, and name what they need besides.
 */
@ParameterizedClass(name = "PostgreSQL {0}")
@MethodSource("releases")
class AdminKindsIT {
  private static final AtomicInteger COUNT = new AtomicInteger();
  private static final String PASSWORD = "let me in";

  private final TestPostgres server;
  private final Catalog catalog;
  private final int number = COUNT.incrementAndGet();
  private final String admin = "admin_" + number;
  private final String app = "app_" + number;

  static List<String> releases() {
    return Releases.orElse("9.6", "13", "15", "16", "18");
  }

  AdminKindsIT(String release) {
    server = TestPostgres.shared(release);
    catalog = new Catalog(server);
  }

  @Test
  void ownerThatMaySignalBackendsEndsReconnectingClients() throws Exception {
    login(admin, "CREATEDB");
    server.execute("postgres", "GRANT pg_signal_backend TO " + admin);
    dropsUnderReconnectingClients(databaseOf(admin));
  }

  @Test
  void memberOfTheClientsRolesEndsThemAndDropsWithoutCreatedb() throws Exception {
    login(admin, "");
    server.execute("postgres", "GRANT " + app + " TO " + admin);
    dropsUnderReconnectingClients(databaseOf(admin));
  }

  @Test
  void memberThatDoesNotInheritActsAsTheOwner() throws Exception {
    login(admin, "NOINHERIT CREATEDB");
    login("owner_" + number, "");
    server.execute("postgres", "GRANT owner_" + number + ", " + app + " TO " + admin);
    dropsUnderReconnectingClients(databaseOf("owner_" + number));
  }

  @Test
  void bareOwnerNamesTheSessionsAndTheGrantAndFinishesWhenTheyHaveLeft() throws Exception {
    login(admin, "");
    DatabaseIdentity identity = databaseOf(admin);
    try (var run = as(admin)) {
      try (var client = server.connect(identity.name(), app, PASSWORD)) {
        var blocked = blocked(run, identity);
        assertThat(blocked.blockers())
            .singleElement()
            .satisfies(
                blocker -> {
                  assertThat(blocker.message()).contains("role " + admin, "role " + app);
                  assertThat(blocker.remedy()).contains("GRANT pg_signal_backend TO");
                });
        assertThat(client.isValid(1)).isTrue();
      }
      assertThat(run.delete(identity)).isInstanceOf(Gone.class);
      assertThat(catalog.named(oid(identity))).isEmpty();
    }
  }

  @Test
  void sessionOfASuperuserIsNamedByItsPidAndWaitedFor() throws Exception {
    login(admin, "CREATEDB");
    server.execute("postgres", "GRANT pg_signal_backend TO " + admin);
    DatabaseIdentity identity = databaseOf(admin);
    try (var run = as(admin)) {
      try (var agent = server.connect(identity.name());
          var ordinary = server.connect(identity.name(), app, PASSWORD)) {
        int pid = agent.unwrap(org.postgresql.PGConnection.class).getBackendPID();
        assertThat(blocked(run, identity).blockers())
            .singleElement()
            .satisfies(
                blocker ->
                    assertThat(blocker.remedy()).contains("pg_terminate_backend(" + pid + ")"));
        assertThat(ordinary.isValid(1)).isFalse();
        assertThat(agent.isValid(1)).isTrue();
      }
      assertThat(run.delete(identity)).isInstanceOf(Gone.class);
      assertThat(catalog.named(oid(identity))).isEmpty();
    }
  }

  @Test
  void namesTheOwnerWhereItHasNoRightsToTheDatabase() throws Exception {
    login(admin, "CREATEDB");
    DatabaseIdentity identity = databaseOf("postgres");
    try (var run = as(admin)) {
      assertThat(blocked(run, identity).blockers())
          .singleElement()
          .satisfies(
              blocker ->
                  assertThat(blocker.remedy()).contains("GRANT \"postgres\" TO \"" + admin + "\""));
    }
    server.execute("postgres", "DROP DATABASE " + identity.name());
  }

  @Test
  void creatorOfRolesCreatesAndDeletesADatabaseWithAnOwnerOfItsOwn() throws Exception {
    login(admin, "CREATEDB CREATEROLE");
    try (var run = as(admin)) {
      DatabaseIdentity identity = run.create("own_" + number);
      assertThat(
              catalog.rows(
                  "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE oid = " + oid(identity)))
          .containsExactly("own_" + number);
      server.execute("postgres", "ALTER ROLE own_" + number + " PASSWORD '" + PASSWORD + "'");
      try (var client = server.connect(identity.name(), "own_" + number, PASSWORD)) {
        assertThat(run.delete(identity)).isInstanceOf(Gone.class);
        assertThat(client.isValid(1)).isFalse();
      }
      assertThat(catalog.named(oid(identity))).isEmpty();
    }
  }

  @Test
  void creatorThatDoesNotInheritCreatesADatabaseWithAnOwnerOfItsOwn() throws Exception {
    login(admin, "NOINHERIT CREATEDB CREATEROLE");
    try (var run = as(admin)) {
      DatabaseIdentity identity = run.create("alien_" + number);
      assertThat(run.delete(identity)).isInstanceOf(Gone.class);
      assertThat(catalog.named(oid(identity))).isEmpty();
    }
  }

  @Test
  void saysWhichRoleCannotBeCreated() throws Exception {
    login(admin, "CREATEDB");
    try (var run = as(admin)) {
      var claimed = new DatabaseIdentity("no_" + number, DeletionRun.someClaim("no"), null);

      assertThat(run.provision(claimed, "nobody_" + number))
          .isInstanceOfSatisfying(
              CreateFailed.class, failed -> assertThat(failed.why()).contains("nobody_" + number));
    }
  }

  private void dropsUnderReconnectingClients(DatabaseIdentity identity) throws Exception {
    try (var run = as(admin);
        ReconnectingClients clients =
            ReconnectingClients.against(server, identity.name())
                .with(4, ClientKind.PUBLIC)
                .as(ClientKind.PUBLIC, app, PASSWORD)
                .start()) {
      clients.awaitAllConnected(Duration.ofSeconds(20));

      assertThat(run.delete(identity)).isInstanceOf(Gone.class);

      assertThat(catalog.named(oid(identity))).isEmpty();
    }
  }

  private static Blocked blocked(DeletionRun run, DatabaseIdentity identity) {
    return (Blocked) run.until(identity, DeletionRun.atOnce(), step -> step instanceof Blocked);
  }

  private DeletionRun as(String role) {
    return new DeletionRun(server, role, PASSWORD, Clock.systemUTC());
  }

  private void login(String role, String attributes) throws SQLException {
    for (String name : new String[] {role, app}) {
      if (catalog.rows("SELECT 1 FROM pg_roles WHERE rolname = '" + name + "'").isEmpty()) {
        server.execute(
            "postgres",
            "CREATE ROLE "
                + name
                + " LOGIN PASSWORD '"
                + PASSWORD
                + "' "
                + (name.equals(app) ? "" : attributes));
      }
    }
  }

  private DatabaseIdentity databaseOf(String owner) throws SQLException {
    String name = "kept_" + number;
    try (var run = new DeletionRun(server)) {
      DatabaseIdentity identity = run.create(name);
      server.execute("postgres", "ALTER DATABASE " + name + " OWNER TO " + owner);
      return identity;
    }
  }

  private static long oid(DatabaseIdentity identity) {
    return requireNonNull(identity.recorded()).oid();
  }
}
