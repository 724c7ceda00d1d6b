package dev.pgdb.operator;

import dev.pgdb.api.PostgresServer;
import dev.pgdb.operator.ServerState.Unknown;
import dev.pgdb.operator.ServerState.Usable;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.provisioning.DesiredDatabase;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the operator stands with each server. The reconciler of the servers finds out; that of the
 * databases relies on it, says when it met a server that does not answer, and is told what came of
 * it: so a database is not retried while its server is down, and at once when it is back.
 */
final class Servers {
  private static final Duration PAUSE = Duration.ofSeconds(5);

  private final ExecutorService threads;
  private final Clock clock;
  private final Map<ResourceID, ServerState> states = new ConcurrentHashMap<>();
  private final Map<ResourceID, ServerAddress> addresses = new ConcurrentHashMap<>();
  private final Map<ResourceID, Instant> told = new ConcurrentHashMap<>();
  private final Set<ResourceID> doubtful = ConcurrentHashMap.newKeySet();
  private final Set<ResourceID> suspected = ConcurrentHashMap.newKeySet();
  private final Map<ResourceID, String> closedToNew = new ConcurrentHashMap<>();
  private volatile Supplier<Stream<PostgresServer>> all = Stream::empty;
  private final List<Consumer<ResourceID>> whenChanged = new CopyOnWriteArrayList<>();
  private final List<Consumer<ResourceID>> whenMoved = new CopyOnWriteArrayList<>();
  private final List<Consumer<ResourceID>> whenChecked = new CopyOnWriteArrayList<>();
  private final List<Consumer<ResourceID>> whenDoubtful = new CopyOnWriteArrayList<>();

  Servers(ExecutorService threads, Clock clock) {
    this.threads = threads;
    this.clock = clock;
  }

  ServerState state(ResourceID server) {
    return states.getOrDefault(server, new Unknown());
  }

  /** Whether the look at all databases of a server says that this one needs a pass. */
  boolean showToDiffer(ResourceID server, DesiredDatabase database) {
    return state(server) instanceof Usable(var connection, var identifier)
        && connection.provisioning().differs(database);
  }

  /** How it stands with all that somebody has looked at. */
  Map<ResourceID, ServerState> states() {
    return Map.copyOf(states);
  }

  /**
   * Where the resources are found that tell of all servers, also of those that this process has not
   * looked at yet.
   */
  void know(Supplier<Stream<PostgresServer>> resources) {
    all = resources;
  }

  /** The databases of a server that pgdb has its own sessions in, or will have when it can. */
  Set<String> maintenanceDatabases(String systemIdentifier) {
    return all.get()
        .filter(
            server ->
                server.getStatus() != null
                    && systemIdentifier.equals(server.getStatus().systemIdentifier()))
        .map(server -> server.getSpec().maintenanceDatabase())
        .collect(Collectors.toSet());
  }

  /** The connection to an address, whether or not it works: an old one is kept when it fits. */
  ServerConnection connection(
      ResourceID server, ServerAddress address, ServerAddress primary, int maxConnections) {
    if (state(server) instanceof Usable(var connection, var identifier)
        && connection.isTo(address, primary, maxConnections)) {
      return connection;
    }
    return new ServerConnection(address, primary, maxConnections, threads, clock);
  }

  /** A look at a server begins: what was doubted before is about to be known. */
  void beginCheck(ResourceID server) {
    if (doubtful.remove(server)) {
      suspected.add(server);
    }
  }

  /** A look at a server has ended, and what came of it is known. */
  void endCheck(ResourceID server) {
    suspected.remove(server);
    whenChecked.forEach(listener -> listener.accept(server));
  }

  /** What came of a look at a server. */
  void found(ResourceID server, ServerState state) {
    boolean news = !state.equals(state(server));
    replace(server, state);
    if (state instanceof Usable(var connection, var cluster)) {
      ServerAddress before = addresses.put(server, connection.address());
      if (before != null && !before.equals(connection.address())) {
        whenMoved.forEach(listener -> listener.accept(server));
      }
    }
    if (news || (state instanceof Usable && isLongSinceTold(server))) {
      told.put(server, clock.instant());
      tell(server);
    }
  }

  /** Who failed on a server that is well may try again, but not again and again without a pause. */
  private boolean isLongSinceTold(ResourceID server) {
    return !clock.instant().isBefore(told.getOrDefault(server, Instant.EPOCH).plus(PAUSE));
  }

  /** Whether somebody has met an error that nobody has looked into yet. */
  boolean isDoubted(ResourceID server) {
    return doubtful.contains(server);
  }

  /**
   * Whether somebody has met an error and it is not known yet what came of the look that follows.
   */
  boolean isSuspected(ResourceID server) {
    return isDoubted(server) || suspected.contains(server);
  }

  /**
   * What is needed to log in will stay as long as a database needs it.
   *
   * @param leaving what will not: no database is created then
   */
  void hold(ResourceID server, Optional<String> leaving) {
    String before = closedToNew.put(server, leaving.orElse(""));
    if (!leaving.orElse("").equals(before)) {
      tell(server);
    }
  }

  /** What is needed to log in may go any moment. */
  void letGo(ResourceID server) {
    closedToNew.remove(server);
  }

  /**
   * Why a server is closed to new databases.
   *
   * @return null where that is not known yet, empty where it is open to them
   */
  @Nullable String closedToNew(ResourceID server) {
    return closedToNew.get(server);
  }

  void remove(ResourceID server) {
    replace(server, new Unknown());
    states.remove(server);
    doubtful.remove(server); // after that nobody can doubt it any more
    addresses.remove(server);
    told.remove(server);
    suspected.remove(server);
    closedToNew.remove(server);
  }

  /** Something went wrong on this server: look at it now. One that is gone is never looked at. */
  void doubt(ResourceID server) {
    states.computeIfPresent(
        server,
        (id, state) -> {
          doubtful.add(id);
          return state;
        });
    needed(server);
  }

  /** A database has come to need this server, which nobody may know yet. */
  void needed(ResourceID server) {
    whenDoubtful.forEach(listener -> listener.accept(server));
  }

  void onChange(Consumer<ResourceID> listener) {
    whenChanged.add(listener);
  }

  /** Clients have to be told another address, or whom to trust there. */
  void onNewAddress(Consumer<ResourceID> listener) {
    whenMoved.add(listener);
  }

  void onCheck(Consumer<ResourceID> listener) {
    whenChecked.add(listener);
  }

  void onDoubt(Consumer<ResourceID> listener) {
    whenDoubtful.add(listener);
  }

  private void tell(ResourceID server) {
    whenChanged.forEach(listener -> listener.accept(server));
  }

  private void replace(ResourceID server, ServerState next) {
    ServerState previous = states.put(server, next);
    if (previous instanceof Usable old && old.connection() != connectionOf(next)) {
      old.connection().close();
    }
  }

  private static @Nullable ServerConnection connectionOf(ServerState state) {
    return state instanceof Usable usable ? usable.connection() : null;
  }

  void close() {
    states.keySet().forEach(this::remove);
  }
}
