package dev.pgdb.postgres.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Addresses;
import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.LongStatements;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Provisioned;
import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One SELECT shows of each database what a pass would, on a server where others work as well. */
@ParameterizedClass(name = "PostgreSQL {0}")
@MethodSource("releases")
class ServerSnapshotIT {
  private static final Duration LONGEST = Duration.ofMinutes(1);
  private static final String PASSWORD = "let me in";

  private final String id = UUID.randomUUID().toString().substring(0, 8);
  private final String name = "snap\"shot_" + id;
  private final Claim claim = new Claim("shop/" + id, id);
  private final KeptPasswords passwords = new KeptPasswords();
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final TestPostgres postgres;
  private final AdminSessions sessions;
  private final DatabaseProvisioning provisioning;
  private final DesiredDatabase desired;

  ServerSnapshotIT(String release) throws SQLException {
    postgres = TestPostgres.shared(release);
    postgres.execute(
        "postgres",
        "CREATE ROLE admin_" + id + " LOGIN PASSWORD '" + PASSWORD + "' CREATEDB CREATEROLE");
    sessions = new AdminSessions(address(), 4, Clock.systemUTC());
    provisioning =
        new DatabaseProvisioning(
            sessions, new LongStatements(sessions, threads, Clock.systemUTC()), Clock.systemUTC());
    var created = provisioned(desired(null)).database();
    desired = desired(new DatabaseIdentity.Recorded(created.oid(), observed().systemIdentifier()));
  }

  static List<String> releases() {
    return Releases.orElse("9.6", "13", "15", "18");
  }

  @AfterEach
  void end() throws SQLException {
    sessions.close();
    threads.shutdown();
    postgres.execute(
        "postgres",
        "DROP DATABASE IF EXISTS " + quoted(name),
        "DROP ROLE " + quoted(name),
        "DROP ROLE admin_" + id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ALTER DATABASE %1$s CONNECTION LIMIT 3",
        "ALTER DATABASE %1$s OWNER TO %2$s",
        "COMMENT ON DATABASE %1$s IS NULL"
      })
  void showsWhatAPassFindsToMend(String change) throws SQLException {
    assertThat(provisioning.settled(desired, passwords, LONGEST))
        .contains(provisioned(desired))
        .get()
        .extracting(Provisioned::owner)
        .isInstanceOf(OwnerLogin.Known.class);
    observed();
    postgres.execute("postgres", change.formatted(quoted(name), "admin_" + id));
    assertThat(provisioning.settled(desired, passwords, LONGEST))
        .as("nobody has looked since")
        .isPresent();

    observed();

    assertThat(provisioning.differs(desired)).isTrue();
    assertThat(provisioning.settled(desired, passwords, LONGEST)).isEmpty();
    provisioned(desired);
    observed();
    assertThat(provisioning.differs(desired)).isFalse();
    assertThat(provisioning.settled(desired, passwords, LONGEST)).contains(provisioned(desired));
  }

  @ParameterizedTest
  @ValueSource(strings = {"DROP DATABASE %1$s", "ALTER DATABASE %1$s RENAME TO %2$s"})
  void showsThatItIsNotThereAnyMore(String change) throws SQLException {
    postgres.execute("postgres", change.formatted(quoted(name), "elsewhere_" + id));

    observed();

    assertThat(provisioning.differs(desired)).isTrue();
    assertThat(provisioning.settled(desired, passwords, LONGEST)).isEmpty();
    postgres.execute("postgres", "DROP DATABASE IF EXISTS elsewhere_" + id);
  }

  private ServerFacts observed() throws SQLException {
    ServerFacts facts;
    try (AdminSession session = AdminSession.open(address(), "postgres")) {
      facts = ServerFacts.read(session);
    }
    provisioning.observe(facts);
    return facts;
  }

  private Provisioned provisioned(DesiredDatabase wanted) {
    return Stream.of(
            Awaitility.await("it is provisioned")
                .atMost(Duration.ofSeconds(60))
                .until(
                    () -> provisioning.pass(wanted, passwords, () -> true, () -> {}),
                    Provisioned.class::isInstance))
        .map(Provisioned.class::cast)
        .map(found -> new Provisioned(found.database(), false, found.owner(), found.differences()))
        .findFirst()
        .orElseThrow();
  }

  private DesiredDatabase desired(DatabaseIdentity.@Nullable Recorded recorded) {
    return new DesiredDatabase(
        new DatabaseIdentity(name, claim, recorded),
        name,
        false,
        false,
        "template0",
        "utf-8",
        "C",
        null,
        null,
        -1,
        DesiredContent.NONE);
  }

  private ServerAddress address() {
    return Addresses.of(postgres, "admin_" + id, PASSWORD);
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
