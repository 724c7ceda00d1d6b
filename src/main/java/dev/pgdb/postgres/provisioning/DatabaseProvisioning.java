package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.Attempt;
import dev.pgdb.postgres.Attempt.Failures;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.LongStatements;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.SqlState;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.*;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/**
 * The creation of databases on one server. A database is created under a name that tells whose it
 * is, and gets its claim and its own name in one transaction: so at no moment is there a database
 * of ours that a crash could leave unclaimed.
 */
public final class DatabaseProvisioning {
  /**
   * What ends by itself: somebody is connected to the template, or locks it (docs/postgresql.md,
   * "Creation").
   */
  private static final SqlState[] PASSING = {
    SqlState.OBJECT_IN_USE, SqlState.LOCK_NOT_AVAILABLE, SqlState.DEADLOCK_DETECTED
  };

  private static final SqlState[] OTHERS_ARE_AT_WORK = {
    SqlState.LOCK_NOT_AVAILABLE, SqlState.DEADLOCK_DETECTED, SqlState.SERIALIZATION_FAILURE
  };

  /** One that fails again does so sooner: five seconds are waited for those in the template. */
  private static final Duration IS_ANOTHER_TRY_FOR = Duration.ofSeconds(30);

  /** Between two attempts of what ends by itself, in times of the first one. */
  private static final int LONGEST_PAUSE = 15;

  private final AdminSessions sessions;
  private final LongStatements statements;
  private final Clock clock;
  private final ServerSnapshot snapshot;

  /** On the server that the sessions are on; the statements run on some of them. */
  public DatabaseProvisioning(AdminSessions sessions, LongStatements statements, Clock clock) {
    this.sessions = sessions;
    this.statements = statements;
    this.clock = clock;
    this.snapshot = new ServerSnapshot(clock);
  }

  /** Looks at all databases of the server with one SELECT. */
  public void observe(ServerFacts server) throws SQLException {
    try (var lease = sessions.lease()) {
      snapshot.take(server, () -> lease.session().query(SharedRow.select(server), SharedRow::read));
    }
  }

  /**
   * What a pass would find, without one: where all of it could be seen when all databases were
   * looked at, nothing was to be done, and no pass has changed that since.
   *
   * @param longest how long ago that may be
   */
  public Optional<Provisioned> settled(
      DesiredDatabase desired, OwnerPasswords passwords, Duration longest) {
    return DatabaseName.isReserved(desired.identity().name(), sessions.address())
        ? Optional.empty()
        : snapshot.settled(desired, passwords, longest);
  }

  /** Whether the latest look at all databases says that this one needs a pass. */
  public boolean differs(DesiredDatabase desired) {
    return snapshot.differs(desired);
  }

  /**
   * Goes as far as possible without waiting for anything.
   *
   * @param passwords where the owner's password is kept
   * @param confirmed asked right before a database or a role is created: whether it is still wanted
   * @param whenCreated called from another thread when a CREATE DATABASE has ended, well or not
   * @throws SQLException what nobody expected, a lost connection among it: try again later
   */
  public ProvisioningOutcome pass(
      DesiredDatabase desired,
      OwnerPasswords passwords,
      BooleanSupplier confirmed,
      Runnable whenCreated)
      throws SQLException {
    ProvisioningOutcome outcome = null;
    try {
      outcome = look(desired, passwords, confirmed, whenCreated);
      if (outcome instanceof Provisioned provisioned
          && ContentProvisioning.isWanted(provisioned, desired)
          && confirmed.getAsBoolean()) {
        outcome = ContentProvisioning.ensure(provisioned, desired, passwords, sessions);
      }
      return outcome;
    } finally {
      snapshot.passed(desired, outcome);
    }
  }

  private ProvisioningOutcome look(
      DesiredDatabase desired,
      OwnerPasswords passwords,
      BooleanSupplier confirmed,
      Runnable whenCreated)
      throws SQLException {
    statements.forgetLost();
    try (var lease = sessions.lease()) {
      return new ProvisioningPass(
              lease.session(), sessions.address(), desired, passwords, confirmed)
          .run(
              (server, owners) ->
                  create(lease.session(), server, desired, owners, confirmed, whenCreated));
    } catch (OwnerTakenException e) {
      return new OwnerTaken(String.valueOf(e.getMessage()));
    } catch (SQLException e) {
      if (SqlState.isOneOf(e, OTHERS_ARE_AT_WORK)) {
        return new Delayed(String.valueOf(e.getMessage()));
      }
      throw e;
    }
  }

  private ProvisioningOutcome create(
      AdminSession session,
      ServerFacts server,
      DesiredDatabase desired,
      OwnerProvisioning owners,
      BooleanSupplier confirmed,
      Runnable whenCreated)
      throws SQLException {
    String key = LongStatements.creationFor(desired.identity().claim());
    Attempt attempt = statements.attempt(key).orElse(null);
    if (attempt != null && !mayBeRepeated(attempt)) {
      return unfinished(attempt);
    }
    Optional<String> refusal = TemplateCheck.refusal(session, desired);
    if (refusal.isPresent()) {
      return new CreateFailed(refusal.get());
    }
    try {
      owners.ensure(desired.owner());
    } catch (SQLException e) {
      if (!SqlState.INSUFFICIENT_PRIVILEGE.is(e)) {
        throw e;
      }
      return OwnerRefusal.of(session, server, desired.owner(), e);
    }
    statements.create(
        key,
        free -> confirmed.getAsBoolean() && isStillMissing(free, desired),
        List.of(desired.create(server)),
        whenCreated);
    return statements
        .attempt(key)
        .map(this::unfinished)
        .orElseGet(Creating::new); // it has ended by now
  }

  /** Where nobody is asked for anything, the pauses between the attempts become longer. */
  private boolean mayBeRepeated(Attempt attempt) {
    Failures failures = attempt.failures();
    int times =
        failures != null && failures.lastBecause(PASSING)
            ? Math.min(failures.count(), LONGEST_PAUSE)
            : 1;
    return attempt.isLongAgo(clock.instant(), times);
  }

  /** While it is tried once more, what the server said the last time is still all that is known. */
  private ProvisioningOutcome unfinished(Attempt attempt) {
    Failures failures = attempt.failures();
    if (failures == null || hasRunForLong(attempt)) {
      return new Creating();
    }
    return failures.lastBecause(PASSING)
        ? new Delayed(failures.last())
        : new CreateFailed(failures.last());
  }

  private boolean hasRunForLong(Attempt attempt) {
    return attempt.running() && attempt.since().plus(IS_ANOTHER_TRY_FOR).isBefore(clock.instant());
  }

  /**
   * An earlier CREATE may have ended between our look and this one's turn, and been given its name
   * since: a second database would belong to nobody.
   */
  private static boolean isStillMissing(AdminSession session, DesiredDatabase desired)
      throws SQLException {
    return desired.identity().find(session).isEmpty();
  }
}
