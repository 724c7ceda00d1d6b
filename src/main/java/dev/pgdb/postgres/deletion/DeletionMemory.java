package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.AdminSession;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of one deletion between its passes. All of it may be lost: without it, a deaf
 * backend is named a little later, and the database entered once more.
 */
final class DeletionMemory implements AutoCloseable {
  /** A transaction can give a lock back and go on: ROLLBACK TO SAVEPOINT does. */
  private static final Duration BLOCKED_BY_LASTS = Duration.ofSeconds(5);

  private final Clock clock;
  private final Map<Integer, Instant> signalled = new HashMap<>();
  private final Map<Integer, Instant> refusedSince = new ConcurrentHashMap<>();
  private final Set<Backend> refused = ConcurrentHashMap.newKeySet();
  private @Nullable AdminSession inside;
  private @Nullable NoWayIn noWayIn;
  private @Nullable Look look;
  private boolean lockedOut;
  private boolean dropRefused;
  private Set<String> blockedBy = Set.of();
  private Instant blockedByUntil = Instant.MIN;
  private boolean blockedByOfDrop;
  private Set<String> waitedFor = Set.of();

  DeletionMemory(Clock clock) {
    this.clock = clock;
  }

  /**
   * Since when each backend has been told to end, or was refused to us; those that are gone are
   * forgotten.
   */
  Map<Integer, Instant> signalledOf(List<Backend> backends, List<Backend> autovacuum) {
    Set<Integer> pids =
        Stream.concat(backends.stream(), autovacuum.stream())
            .map(Backend::pid)
            .collect(Collectors.toSet());
    signalled.keySet().retainAll(pids);
    refusedSince.keySet().retainAll(pids);
    var since = new HashMap<>(refusedSince);
    since.putAll(signalled);
    return since;
  }

  /** Notes that it has been told to end, and returns whether this was the first time. */
  boolean signalled(int pid) {
    return signalled.putIfAbsent(pid, clock.instant()) == null;
  }

  /** Notes that the server did not let us end it. */
  void refused(Backend backend) {
    refused.add(backend);
    refusedSince.putIfAbsent(backend.pid(), clock.instant());
  }

  void forgetRefusals() {
    refused.clear();
  }

  /** The same backends, where those that were refused to us cannot be ended. */
  List<Backend> withoutHopeFor(List<Backend> backends) {
    return backends.stream()
        .map(
            backend ->
                refused.stream().anyMatch(backend::isSameAs)
                    ? backend.thatCannotBeEnded()
                    : backend)
        .toList();
  }

  /** Our session in the database, if there is one that lives. */
  @Nullable AdminSession inside() {
    if (inside != null && !inside.isAlive()) {
      close();
    }
    return inside;
  }

  void enter(AdminSession session) {
    close();
    inside = session;
    noWayIn = null;
  }

  /** Whether the last change waited in vain for the lock of a transaction. */
  boolean lockedOut() {
    return lockedOut;
  }

  void lockedOut(boolean is) {
    lockedOut = is;
    if (!is) {
      blockedBy = Set.of();
    }
  }

  /**
   * The virtual transactions that a change was seen to wait for, not long ago: after a while the
   * change is tried again.
   */
  Set<String> blockedBy() {
    boolean known =
        blockedBy.isEmpty() || blockedByOfDrop || clock.instant().isBefore(blockedByUntil);
    return known ? blockedBy : Set.of();
  }

  void blockedBy(Set<String> virtualTransactions) {
    blockedBy = Set.copyOf(virtualTransactions);
    blockedByUntil = clock.instant().plus(BLOCKED_BY_LASTS);
    blockedByOfDrop = false;
  }

  /** Notes that a change has waited again, whoever for. */
  void stillBlocked() {
    blockedByUntil = clock.instant().plus(BLOCKED_BY_LASTS);
  }

  /** The same of a DROP; what one has waited for is forgotten when it waits no more. */
  void dropBlockedBy(Set<String> virtualTransactions) {
    if (blockedByOfDrop || !virtualTransactions.isEmpty()) {
      blockedBy = Set.copyOf(virtualTransactions);
      blockedByOfDrop = !virtualTransactions.isEmpty();
    }
  }

  /** What to ask if nothing has changed since the last look. */
  @Nullable Look look() {
    return look == null ? null : Look.at(look.oid(), look.server(), blockedBy());
  }

  void look(@Nullable Look at) {
    look = at;
  }

  /** Whether the last DROP was not sent, or was called back before it began. */
  boolean dropRefused() {
    return dropRefused;
  }

  void dropRefused(boolean is) {
    dropRefused = is;
  }

  /** What the last pass has ended with. */
  void waitsFor(List<Blocker> blockers) {
    waitedFor = subjects(blockers);
  }

  /** Whether these, and no others, are there since an earlier pass: they do not go at once. */
  boolean hasWaitedFor(List<Blocker> blockers) {
    return !blockers.isEmpty() && subjects(blockers).equals(waitedFor);
  }

  private static Set<String> subjects(List<Blocker> blockers) {
    return blockers.stream()
        .map(blocker -> blocker.type() + " " + blocker.subject())
        .collect(Collectors.toSet());
  }

  /** What kept us out of the database the last time. */
  @Nullable NoWayIn noWayIn() {
    return noWayIn;
  }

  void keptOut(NoWayIn by) {
    noWayIn = by;
  }

  /** Leaves the database. */
  @Override
  public void close() {
    if (inside != null) {
      inside.close();
      inside = null;
    }
  }
}
