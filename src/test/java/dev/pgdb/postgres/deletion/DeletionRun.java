package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;

import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.LongStatements;
import dev.pgdb.postgres.Secret;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.provisioning.DatabaseProvisioning;
import dev.pgdb.postgres.provisioning.DesiredContent;
import dev.pgdb.postgres.provisioning.DesiredDatabase;
import dev.pgdb.postgres.provisioning.KeptPasswords;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Creating;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** Creates and deletes databases pass by pass, as the operator does, with no Kubernetes around. */
final class DeletionRun implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ExecutorService threads;
  private final AdminSessions sessions;
  private final DatabaseDeletion deletion;
  private final DatabaseRelease release;
  private final DatabaseProvisioning provisioning;

  DeletionRun(TestPostgres server) {
    this(server, server.superuser(), server.password(), Clock.systemUTC());
  }

  /**
   * @param clock read after each look at the server and before what is decided upon it is done: the
   *     moment for a test to interfere
   */
  DeletionRun(TestPostgres server, String admin, String password, Clock clock) {
    this(server, admin, password, clock, Executors.newCachedThreadPool());
  }

  /**
   * @param threads run each statement that may take long, after the last look that it rests on
   */
  DeletionRun(TestPostgres server, ExecutorService threads) {
    this(server, server.superuser(), server.password(), Clock.systemUTC(), threads);
  }

  private DeletionRun(
      TestPostgres server, String admin, String password, Clock clock, ExecutorService threads) {
    this(server.host(), server.port(), admin, password, 4, clock, threads);
  }

  /** By way of a port that leads to the server; with so few sessions that each is missed. */
  static DeletionRun through(int port, TestPostgres server, ExecutorService threads) {
    return new DeletionRun(
        "127.0.0.1", port, server.superuser(), server.password(), 2, Clock.systemUTC(), threads);
  }

  private DeletionRun(
      String host,
      int port,
      String admin,
      String password,
      int maxConnections,
      Clock clock,
      ExecutorService threads) {
    this.threads = threads;
    var address =
        new ServerAddress(List.of(host), port, "postgres", admin, new Secret(password), "disable");
    sessions = new AdminSessions(address, maxConnections, clock);
    var statements = new LongStatements(sessions, threads, clock);
    deletion = new DatabaseDeletion(sessions, statements, clock);
    release = new DatabaseRelease(sessions, statements, deletion);
    provisioning = new DatabaseProvisioning(sessions, statements, clock);
  }

  static Claim someClaim(String name) {
    return new Claim("shop/" + name, UUID.randomUUID().toString());
  }

  /** Drops everything that may be dropped, at once. */
  static DeletionPolicy atOnce() {
    return new DeletionPolicy(Instant.EPOCH, true, true, true, false);
  }

  static DeletionPolicy after(Duration drain) {
    return new DeletionPolicy(Instant.now().plus(drain), true, true, true, false);
  }

  ProvisioningOutcome provision(DatabaseIdentity identity, String owner) {
    return Awaitility.await("creation of " + identity.name())
        .atMost(SOON)
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptionsInstanceOf(SQLException.class) // lost connections are for the next pass
        .until(() -> provisionOnce(identity, owner), outcome -> !(outcome instanceof Creating));
  }

  ProvisioningOutcome provisionOnce(DatabaseIdentity identity, String owner) throws SQLException {
    var desired =
        new DesiredDatabase(
            identity, owner, false, false, null, null, null, null, null, -1, DesiredContent.NONE);
    return provisioning.pass(desired, new KeptPasswords(), () -> true, () -> {});
  }

  /** A database of its own, claimed, with an owner of its own, and its identity noted. */
  DatabaseIdentity create(String name) {
    var claimed = new DatabaseIdentity(name, someClaim(name), null);
    if (provision(claimed, name) instanceof ProvisioningOutcome.Provisioned provisioned) {
      return noted(claimed, provisioned.database().oid());
    }
    throw new AssertionError(name + " was not created");
  }

  /** Of a database that is nobody's. */
  DatabaseIdentity identityOf(String name, long oid) {
    return noted(new DatabaseIdentity(name, someClaim(name), null), oid);
  }

  private DatabaseIdentity noted(DatabaseIdentity identity, long oid) {
    try {
      var server = deletion.observe(identity).server();
      return new DatabaseIdentity(
          identity.name(),
          identity.claim(),
          new DatabaseIdentity.Recorded(oid, server.systemIdentifier()));
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  /** As if it had never looked at the database. */
  void forget(DatabaseIdentity identity) {
    deletion.forget(identity);
  }

  DatabaseOriginal original(DatabaseIdentity identity) throws SQLException {
    return DatabaseOriginal.of(requireNonNull(deletion.observe(identity).database()));
  }

  ReleaseOutcome release(DatabaseIdentity identity, @Nullable DatabaseOriginal original)
      throws SQLException {
    return release(identity, original, atOnce());
  }

  ReleaseOutcome release(
      DatabaseIdentity identity, @Nullable DatabaseOriginal original, DeletionPolicy policy)
      throws SQLException {
    return release.release(identity, original, false, policy, () -> true);
  }

  DeletionProgress pass(DatabaseIdentity identity, DeletionPolicy policy) throws SQLException {
    return pass(identity, policy, () -> true);
  }

  /**
   * @param confirmed whether the deletion is still wanted
   */
  DeletionProgress pass(DatabaseIdentity identity, DeletionPolicy policy, BooleanSupplier confirmed)
      throws SQLException {
    return deletion.pass(
        new DeletionRequest(identity, policy, row -> {}, subscription -> {}, confirmed));
  }

  boolean drop(DeletionProgress progress, BooleanSupplier confirmed) throws SQLException {
    return deletion.drop(progress, confirmed, () -> {}) == LongStatements.Start.SENT;
  }

  /** Deletes until there is nothing more to do, or nothing of ours. */
  DeletionStep delete(DatabaseIdentity identity) {
    return until(
        identity,
        atOnce(),
        step -> step instanceof DeletionStep.Gone || step instanceof DeletionStep.NotOurs);
  }

  /** Deletes until a pass comes to such a step; a DROP among others is sent. */
  DeletionStep until(
      DatabaseIdentity identity, DeletionPolicy policy, Predicate<DeletionStep> reached) {
    return Awaitility.await("deletion of " + identity.name())
        .atMost(SOON)
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(20))
        .until(() -> step(identity, policy, reached), reached);
  }

  /** Lost connections are for the next pass, as in the operator. */
  private @Nullable DeletionStep step(
      DatabaseIdentity identity, DeletionPolicy policy, Predicate<DeletionStep> reached) {
    try {
      DeletionProgress progress = pass(identity, policy);
      if (progress.step() instanceof DeletionStep.Drop && !reached.test(progress.step())) {
        drop(progress, () -> true);
      }
      return progress.step();
    } catch (SQLException e) {
      return null;
    }
  }

  @Override
  public void close() {
    deletion.close();
    sessions.close();
    threads.shutdown();
  }
}
