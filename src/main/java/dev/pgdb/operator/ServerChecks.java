package dev.pgdb.operator;

import dev.pgdb.api.PostgresServer;
import dev.pgdb.operator.ServerCheck.Finding;
import dev.pgdb.operator.ServerState.Usable;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks at servers beside the reconciliations: a server that takes a connection and never answers
 * keeps none of the few threads that all resources share.
 */
final class ServerChecks {
  private static final Logger LOG = LoggerFactory.getLogger(ServerChecks.class);

  /** Between two looks at a server that cannot be used. */
  static final Duration UNTIL_NEXT_TRY = Duration.ofSeconds(2);

  private static final Duration SLACK = Duration.ofMillis(100);

  private final Function<PostgresServer, Finding> check;
  private final Servers servers;
  private final ExecutorService threads;
  private final Duration resync;
  private final Clock clock;
  private final Map<ResourceID, Check> checks = new ConcurrentHashMap<>();

  ServerChecks(
      Function<PostgresServer, Finding> check,
      Servers servers,
      ExecutorService threads,
      Duration resync,
      Clock clock) {
    this.check = check;
    this.servers = servers;
    this.threads = threads;
    this.resync = resync;
    this.clock = clock;
  }

  /**
   * The latest look at a server.
   *
   * @param finding of this look, or of the one before while it has not ended
   * @param ended null while it has not
   */
  private record Check(
      String uid,
      @Nullable Long generation,
      String credentials,
      @Nullable Finding finding,
      @Nullable Instant ended) {}

  /**
   * What was found last of the present spec, which may be a while ago; a new look is begun where it
   * is time for one.
   *
   * @param credentials which versions of the Secrets there are
   * @param whenDone called from another thread when that look has ended
   */
  Optional<Finding> latest(
      PostgresServer server, String credentials, Consumer<ResourceID> whenDone) {
    ResourceID id = ResourceID.fromResource(server);
    var metadata = server.getMetadata();
    Check before = checks.get(id);
    if (before != null && !before.uid().equals(metadata.getUid())) {
      forget(id); // its name has come to mean another server
      before = null;
    }
    Finding known = // what was found of an earlier spec says nothing of this one
        before != null && Objects.equals(before.generation(), metadata.getGeneration())
            ? before.finding()
            : null;
    if (before != null && !isDue(id, server, credentials, before)) {
      return Optional.ofNullable(known);
    }
    var begun = new Check(metadata.getUid(), metadata.getGeneration(), credentials, known, null);
    checks.put(id, begun); // reconciliations of one server never overlap
    servers.beginCheck(id);
    threads.execute(
        () -> {
          end(id, begun, look(server, begun));
          servers.endCheck(id);
          whenDone.accept(id);
        });
    return Optional.ofNullable(known);
  }

  private boolean isDue(ResourceID id, PostgresServer server, String credentials, Check latest) {
    if (latest.ended() == null) {
      return false; // its end brings us here again
    }
    if (!Objects.equals(latest.generation(), server.getMetadata().getGeneration())
        || !latest.credentials().equals(credentials)) {
      return true;
    }
    boolean usable = servers.state(id) instanceof Usable;
    Duration trusted = usable ? resync : UNTIL_NEXT_TRY;
    return (usable && servers.isDoubted(id))
        || !clock.instant().isBefore(latest.ended().plus(trusted).minus(SLACK));
  }

  /** Forgets a server that is gone. */
  void forget(ResourceID server) {
    checks.remove(server);
    servers.remove(server);
  }

  private @Nullable Finding look(PostgresServer server, Check begun) {
    try {
      return check.apply(server);
    } catch (RuntimeException e) {
      LOG.atWarn()
          .addKeyValue("server", References.path(ResourceID.fromResource(server)))
          .setCause(e)
          .log("Cannot look at a server; trying again");
      return begun.finding();
    }
  }

  private void end(ResourceID id, Check begun, @Nullable Finding finding) {
    var ended =
        new Check(begun.uid(), begun.generation(), begun.credentials(), finding, clock.instant());
    if (checks.replace(id, begun, ended)) {
      if (finding != null) {
        servers.found(id, finding.state());
      }
    } else if (finding != null && finding.state() instanceof Usable(var connection, var cluster)) {
      connection.close(); // the server is gone by now
    }
  }
}
