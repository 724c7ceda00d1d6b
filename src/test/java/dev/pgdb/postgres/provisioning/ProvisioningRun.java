package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.Addresses;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.LongStatements;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** Creates databases pass by pass, as the operator does, with no Kubernetes around. */
final class ProvisioningRun implements AutoCloseable {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final OwnerPasswords passwords = new KeptPasswords();
  private final AtomicInteger created = new AtomicInteger();
  private final AdminSessions sessions;
  private final DatabaseProvisioning provisioning;

  ProvisioningRun(TestPostgres server) {
    this(server, server.superuser(), server.password());
  }

  ProvisioningRun(TestPostgres server, String admin, String password) {
    sessions = new AdminSessions(Addresses.of(server, admin, password), 4, Clock.systemUTC());
    var statements = new LongStatements(sessions, threads, Clock.systemUTC());
    provisioning = new DatabaseProvisioning(sessions, statements, Clock.systemUTC());
  }

  /** One with an owner of its own, that the server may give whatever options it likes. */
  static DesiredDatabase database(String name, Claim claim) {
    return database(name, claim, DesiredContent.NONE);
  }

  static DesiredDatabase database(String name, Claim claim, DesiredContent content) {
    var identity = new DatabaseIdentity(name, claim, null);
    return new DesiredDatabase(
        identity, name, false, false, null, null, null, null, null, -1, content);
  }

  ProvisioningOutcome pass(DesiredDatabase desired) throws SQLException {
    return provisioning.pass(desired, passwords, () -> true, created::incrementAndGet);
  }

  /** Waits until one more CREATE DATABASE has ended. */
  void awaitCreated() {
    Awaitility.await("CREATE DATABASE ends").atMost(SOON).until(() -> created.getAndSet(0) > 0);
  }

  /** What comes of it once it is not under way any more. */
  ProvisioningOutcome provision(DesiredDatabase desired) {
    return Awaitility.await("creation of " + desired.identity().name())
        .atMost(SOON)
        .pollInSameThread()
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> pass(desired),
            outcome ->
                !(outcome instanceof ProvisioningOutcome.Creating
                    || outcome instanceof ProvisioningOutcome.Delayed));
  }

  @Override
  public void close() {
    sessions.close();
    threads.shutdown();
  }
}
