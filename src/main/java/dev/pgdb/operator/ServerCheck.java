package dev.pgdb.operator;

import dev.pgdb.api.PostgresServer;
import dev.pgdb.api.PostgresServerStatus;
import dev.pgdb.api.Reason;
import dev.pgdb.operator.ServerState.Unusable;
import dev.pgdb.operator.ServerState.Usable;
import dev.pgdb.postgres.PrimarySearch;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.ServerProblem;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds out whether a server can be worked on. Takes seconds where the server does not answer. */
final class ServerCheck {
  private static final Logger LOG = LoggerFactory.getLogger(ServerCheck.class);

  private final Servers servers;
  private final ServerAddresses addresses;

  ServerCheck(Servers servers, ServerAddresses addresses) {
    this.servers = servers;
    this.addresses = addresses;
  }

  /**
   * What was found.
   *
   * @param generation of the spec that was looked at
   * @param facts null where the server did not tell them
   */
  record Finding(@Nullable Long generation, ServerState state, @Nullable ServerFacts facts) {

    Verdict verdict() {
      return switch (state) {
        case Usable usable -> new Verdict.Ready(Reason.AVAILABLE, message(usable));
        case Unusable(var reason, var message) -> new Verdict.Stalled(reason, message);
        case ServerState.Unknown unknown ->
            new Verdict.Waiting(Reason.CONNECTING, "connecting to the server");
      };
    }

    private String message(Usable usable) {
      String version = facts == null ? "" : " " + facts.version();
      return "PostgreSQL" + version + " at " + usable.connection().primary().hostAndPort();
    }
  }

  Finding look(PostgresServer server) {
    return switch (addresses.find(server)) {
      case ServerAddresses.Lookup.Missing(var why) -> finding(server, why, null);
      case ServerAddresses.Lookup.Found(var address) -> connect(server, address);
    };
  }

  private Finding connect(PostgresServer server, ServerAddress address) {
    ResourceID id = ResourceID.fromResource(server);
    int sessions = server.getSpec().maxConnections();
    ServerConnection connection;
    ServerFacts facts;
    try {
      ServerAddress primary = primary(id, address, sessions);
      connection = servers.connection(id, address, primary, sessions);
    } catch (SQLException e) {
      return finding(server, ServerErrors.unusable(id, address, e), null);
    }
    try {
      facts = connection.check();
    } catch (SQLException e) {
      if (ServerProblem.of(e) == ServerProblem.NO_FREE_CONNECTION
          && servers.state(id) instanceof Usable known
          && known.connection() == connection) {
        return finding(server, known, null); // what we have is worth more than ever
      }
      connection.close();
      return finding(server, ServerErrors.unusable(id, address, e), null);
    }
    Unusable objection = objection(server, address, facts);
    if (objection != null) {
      connection.close();
      return finding(server, objection, facts);
    }
    observe(id, connection, facts);
    return finding(server, new Usable(connection, facts.systemIdentifier()), facts);
  }

  /** One look at all databases; without it, each of them is looked at by itself. */
  private static void observe(ResourceID server, ServerConnection connection, ServerFacts facts) {
    try {
      connection.observe(facts);
    } catch (SQLException e) {
      LOG.atWarn()
          .addKeyValue("server", References.path(server))
          .setCause(e)
          .log("Cannot look at all databases at once");
    }
  }

  /**
   * Among several hosts, that of the primary. One that we are on stays ours as long as no other
   * says to be it, also while its clients have taken every connection.
   */
  private ServerAddress primary(ResourceID server, ServerAddress address, int sessions)
      throws SQLException {
    try {
      return PrimarySearch.find(address);
    } catch (SQLException e) {
      if (ServerProblem.of(e) == ServerProblem.NO_FREE_CONNECTION
          && servers.state(server) instanceof Usable(var connection, var cluster)
          && connection.isTo(address, connection.primary(), sessions)) {
        return connection.primary();
      }
      throw e;
    }
  }

  private static Finding finding(
      PostgresServer server, ServerState state, @Nullable ServerFacts facts) {
    return new Finding(server.getMetadata().getGeneration(), state, facts);
  }

  private static @Nullable Unusable objection(
      PostgresServer server, ServerAddress address, ServerFacts facts) {
    String name = ServerErrors.name(ResourceID.fromResource(server), address);
    if (facts.standby()) {
      return new Unusable(
          Reason.STANDBY_SERVER,
          name
              + (address.hosts().size() > 1 ? " has standbys only" : " is a standby")
              + ": nothing can be created or dropped there; spec.host must name the primary");
    }
    PostgresServerStatus status = server.getStatus();
    String known = status == null ? null : status.systemIdentifier();
    if (known != null && !known.equals(facts.systemIdentifier())) {
      return new Unusable(
          Reason.SYSTEM_IDENTIFIER_CHANGED,
          name
              + " is another cluster than before (system identifier "
              + facts.systemIdentifier()
              + ", was "
              + known
              + "): nothing is done there; create a new PostgresServer for it if that is meant");
    }
    return null;
  }
}
