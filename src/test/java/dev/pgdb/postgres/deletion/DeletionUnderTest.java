package dev.pgdb.postgres.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.LongStatements;
import dev.pgdb.postgres.Secret;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.deletion.DeletionStep.Drop;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.postgres.deletion.Neighbours.Login;
import dev.pgdb.postgres.provisioning.DatabaseProvisioning;
import dev.pgdb.postgres.provisioning.DesiredContent;
import dev.pgdb.postgres.provisioning.DesiredDatabase;
import dev.pgdb.postgres.provisioning.KeptPasswords;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Provisioned;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Creates databases on one server, and drives their deletion as the operator does. */
final class DeletionUnderTest implements AutoCloseable {
  private static final Clock CLOCK = Clock.systemUTC();

  private final TestPostgres server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final AdminSessions sessions;
  private final AdminSessions creating;
  private final Login owner;
  private final DatabaseProvisioning provisioning;
  private final DatabaseDeletion deletion;

  /**
   * @param maxConnections how many sessions it may have
   * @param admin who deletes; who is no superuser has the databases created by one
   * @param owner of the databases
   */
  DeletionUnderTest(TestPostgres server, int maxConnections, Login admin, Login owner)
      throws SQLException {
    this.server = server;
    this.owner = owner;
    sessions = new AdminSessions(address(server, admin), maxConnections, CLOCK);
    sessions.warm();
    var statements = new LongStatements(sessions, threads, CLOCK);
    deletion = new DatabaseDeletion(sessions, statements, CLOCK);
    boolean creates = admin.role().equals(server.superuser());
    creating =
        creates
            ? sessions
            : new AdminSessions(
                address(server, new Login(server.superuser(), server.password())),
                maxConnections,
                CLOCK);
    provisioning =
        new DatabaseProvisioning(
            creating, creates ? statements : new LongStatements(creating, threads, CLOCK), CLOCK);
  }

  private static ServerAddress address(TestPostgres server, Login login) {
    return new ServerAddress(
        List.of(server.host()),
        server.port(),
        "postgres",
        login.role(),
        new Secret(login.password()),
        "prefer");
  }

  /** Creates a database, as for a resource. */
  Subject create() throws Exception {
    String uid = UUID.randomUUID().toString();
    String name = "orders_" + uid.substring(0, 8);
    var desired =
        new DesiredDatabase(
            new DatabaseIdentity(name, new Claim("shop/" + name, uid), null),
            server.superuser(),
            false,
            false,
            null,
            null,
            null,
            null,
            null,
            -1,
            DesiredContent.NONE);
    var wake = new Semaphore(0);
    Instant end = CLOCK.instant().plusSeconds(30);
    while (CLOCK.instant().isBefore(end)) {
      if (provisioning.pass(desired, new KeptPasswords(), () -> true, wake::release)
          instanceof Provisioned provisioned) {
        server.execute("postgres", "ALTER DATABASE %s OWNER TO %s".formatted(name, owner.role()));
        return new Subject(provisioned.database().oid(), desired.identity(), systemIdentifier());
      }
      var woken = wake.tryAcquire(1, TimeUnit.SECONDS);
      assertThat(woken || CLOCK.instant().isBefore(end)).isTrue();
    }
    throw new AssertionError("not created within 30 s");
  }

  private String systemIdentifier() throws SQLException {
    return new Catalog(server).rows("SELECT system_identifier FROM pg_control_system()").getFirst();
  }

  @Override
  public void close() {
    deletion.close();
    sessions.close();
    creating.close();
    threads.shutdown();
  }

  /** Reads what holds a deletion up. */
  @FunctionalInterface
  interface Reader {
    void read(List<Blocker> blockers) throws SQLException;
  }

  /** One database that is to be deleted. */
  final class Subject {
    private final long oid;
    private final String name;
    private final DatabaseIdentity identity;
    private final Semaphore wake = new Semaphore(0);
    private final List<Subscription> orphaned = new ArrayList<>();
    private DeletionPolicy policy = new DeletionPolicy(Instant.EPOCH, true, true, true, false);
    private Reader reader = blockers -> {};
    private @Nullable Instant began;
    private @Nullable DeletionProgress last;

    private Subject(long oid, DatabaseIdentity created, String systemIdentifier) {
      this.oid = oid;
      this.name = created.name();
      this.identity =
          new DatabaseIdentity(
              name, created.claim(), new DatabaseIdentity.Recorded(oid, systemIdentifier));
    }

    long oid() {
      return oid;
    }

    String name() {
      return name;
    }

    List<Subscription> orphaned() {
      return orphaned;
    }

    /** Who is told what holds it up, after each pass that did not come to what was awaited. */
    void tell(Reader reader) {
      this.reader = reader;
    }

    /** By default all is ended but foreign transactions, as in a resource that says nothing. */
    void policy(DeletionPolicy policy) {
      this.policy = policy;
    }

    /** Goes on with the deletion until the database is gone. */
    Duration awaitGone(Duration limit) throws Exception {
      Instant start = CLOCK.instant();
      await("gone", progress -> progress.step() instanceof Gone, limit);
      assertThat(exists()).as("database %s", name).isFalse();
      return Duration.between(start, CLOCK.instant());
    }

    /** Goes on with the deletion for a while, whatever comes of it. */
    void goOn(Duration time) throws Exception {
      Instant end = CLOCK.instant().plus(time);
      await("tried", progress -> CLOCK.instant().isAfter(end), time);
    }

    /** Goes on with the deletion until it is held up by such a thing. */
    Blocker awaitBlocker(String type, Duration limit) throws Exception {
      return ofType(type, await("blocked by a " + type, p -> ofType(type, p).isPresent(), limit))
          .orElseThrow();
    }

    private static Optional<Blocker> ofType(String type, DeletionProgress progress) {
      return progress.blockers().stream().filter(b -> b.type().equals(type)).findFirst();
    }

    private DeletionProgress await(
        String what, Predicate<DeletionProgress> condition, Duration limit) throws Exception {
      if (began == null) {
        began = CLOCK.instant();
      }
      Instant end = CLOCK.instant().plus(limit);
      while (true) {
        DeletionProgress progress = pass();
        if (condition.test(progress)) {
          return progress;
        }
        reader.read(progress.blockers());
        if (CLOCK.instant().isAfter(end)) {
          throw new AssertionError(
              "not "
                  + what
                  + " within "
                  + limit
                  + "; last: "
                  + progress.step()
                  + " "
                  + progress.seen());
        }
        long elapsed = Duration.between(began, CLOCK.instant()).toMillis();
        if (wake.tryAcquire(Math.clamp(elapsed / 10, 50, 10_000), TimeUnit.MILLISECONDS)) {
          wake.drainPermits();
        }
      }
    }

    private DeletionProgress pass() throws SQLException {
      DeletionProgress progress =
          deletion.pass(
              new DeletionRequest(identity, policy, row -> {}, orphaned::add, () -> true));
      last = progress;
      if (progress.step() instanceof Drop) {
        deletion.drop(progress, () -> true, wake::release);
      }
      return progress;
    }

    /** What the last pass has seen of the server. */
    DatabaseSnapshot seen() {
      return Objects.requireNonNull(last).seen();
    }

    boolean exists() throws SQLException {
      return server.isThere(oid);
    }
  }
}
