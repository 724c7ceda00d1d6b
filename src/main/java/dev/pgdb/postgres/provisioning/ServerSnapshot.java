package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Provisioned;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What one SELECT has said of all databases of a server. A database that it shows to be as it shall
 * be costs no statement of its own; of any other it decides nothing, but that a pass has to look.
 * What it says of a database is worth nothing once a pass has been at it, or at its owner. No
 * deletion ever asks it.
 */
final class ServerSnapshot {
  private final Clock clock;

  /** Tells what came first, whatever the clock says. */
  private final AtomicLong order = new AtomicLong();

  /** When a pass was last at a database, by its OID, or at a role, by its name. */
  private final Map<Object, Long> passes = new ConcurrentHashMap<>();

  private volatile @Nullable Look latest;

  ServerSnapshot(Clock clock) {
    this.clock = clock;
  }

  private record Look(long order, Instant at, ServerFacts server, Map<Long, SharedRow> rows) {}

  /** Looks at all databases at once. */
  @FunctionalInterface
  interface Rows {
    List<SharedRow> read() throws SQLException;
  }

  /** Takes the place of the one before. Where that fails, there is nothing to rely on. */
  void take(ServerFacts server, Rows all) throws SQLException {
    long now = order.incrementAndGet();
    Look look = null;
    try {
      Instant at = clock.instant();
      Map<Long, SharedRow> rows = new HashMap<>();
      all.read().forEach(row -> rows.put(row.database().oid(), row));
      look = new Look(now, at, server, rows);
    } finally {
      latest = look;
    }
    passes.values().removeIf(pass -> pass < now);
  }

  /** A pass has been at a database, whether or not it has changed anything. */
  void passed(DesiredDatabase desired, @Nullable ProvisioningOutcome outcome) {
    long now = order.incrementAndGet();
    passes.put(desired.owner(), now);
    if (desired.identity().recorded() != null) {
      passes.put(desired.identity().recorded().oid(), now);
    }
    if (outcome instanceof Provisioned provisioned) {
      passes.put(provisioned.database().oid(), now);
      passes.put(provisioned.owner().role(), now);
    }
  }

  /**
   * What a pass would find, where it would find that nothing is to be done.
   *
   * @param longest how old the snapshot may be
   */
  Optional<Provisioned> settled(
      DesiredDatabase desired, OwnerPasswords passwords, Duration longest) {
    Look look = lookAt(desired.identity());
    if (look == null
        || !desired.content().isEmpty()
        || clock.instant().isAfter(look.at.plus(longest))) {
      return Optional.empty();
    }
    SharedRow row = look.rows.get(oid(desired.identity()));
    if (row == null || !row.isAs(desired) || !isNewer(look, desired, row)) {
      return Optional.empty();
    }
    return row.login(desired.identity().claim(), passwords)
        .map(owner -> new Provisioned(row.database(), false, owner, List.of()));
  }

  /** Whether it shows that a database is not as it shall be, or not there any more. */
  boolean differs(DesiredDatabase desired) {
    Look look = lookAt(desired.identity());
    if (look == null) {
      return false;
    }
    SharedRow row = look.rows.get(oid(desired.identity()));
    return isNewer(look, desired, row) && (row == null || !row.isAs(desired));
  }

  private @Nullable Look lookAt(DatabaseIdentity identity) {
    Look look = latest;
    return look == null
            || identity.recorded() == null
            || identity.isOnAnotherClusterThan(look.server)
        ? null
        : look;
  }

  private static @Nullable Long oid(DatabaseIdentity identity) {
    return identity.recorded() == null ? null : identity.recorded().oid();
  }

  /** Whether no pass has been at the database or its owner since, or may have been. */
  private boolean isNewer(Look look, DesiredDatabase desired, @Nullable SharedRow row) {
    return isNewer(look, oid(desired.identity()))
        && isNewer(look, desired.owner())
        && (row == null || isNewer(look, row.owner().name()));
  }

  private boolean isNewer(Look look, @Nullable Object what) {
    return what != null && passes.getOrDefault(what, 0L) < look.order;
  }
}
