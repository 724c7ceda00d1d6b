package dev.pgdb.operator;

import dev.pgdb.api.Reason;
import dev.pgdb.operator.ServerAccess.Granted;
import dev.pgdb.operator.ServerState.Unusable;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.ServerMessage;
import dev.pgdb.postgres.ServerProblem;
import dev.pgdb.postgres.TlsProblem;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts errors of a server into sentences that name the server and say what to do. */
final class ServerErrors {
  private static final Logger LOG = LoggerFactory.getLogger(ServerErrors.class);

  /** For those who may not be told more. */
  static final String SEE_LOG = "; whoever runs the server finds the cause in the log of pgdb";

  private ServerErrors() {}

  static Unusable unusable(ResourceID server, ServerAddress address, SQLException error) {
    String name = name(server, address);
    String said = said(error);
    return switch (ServerProblem.of(error)) {
      case UNREACHABLE ->
          new Unusable(
              Reason.SERVER_UNREACHABLE, name + " cannot be reached: " + said + tlsHint(error));
      case TLS_REFUSED ->
          new Unusable(
              Reason.TLS_FAILED,
              name
                  + " is not what spec.tls asks for: "
                  + TlsProblem.of(error).orElse(said)
                  + " (sslmode "
                  + address.sslMode()
                  + ")");
      case LOGIN_REFUSED ->
          new Unusable(
              Reason.LOGIN_FAILED,
              name + " refused the login of role " + address.username() + ": " + said);
      case NO_FREE_CONNECTION ->
          new Unusable(Reason.SERVER_UNREACHABLE, name + " has no free connection left: " + said);
      case INSUFFICIENT_PRIVILEGE ->
          new Unusable(
              Reason.INSUFFICIENT_PRIVILEGE,
              name + " does not let role " + address.username() + " do what is needed: " + said);
      case OTHER -> new Unusable(Reason.SERVER_NOT_READY, name + " answered: " + said);
    };
  }

  /** The driver gives up with this code before a login where the two sides speak differently. */
  private static String tlsHint(SQLException error) {
    return "08004".equals(error.getSQLState())
        ? "; if it has no TLS, set spec.tls.mode to Disable"
        : "";
  }

  /** What an error on a server that could be used means for a database. */
  static Verdict verdict(Granted server, SQLException error) {
    Unusable state = unusable(server.server(), server.connection().address(), error);
    if (!server.foreign()) {
      return new Verdict.Stalled(state.reason(), state.message());
    }
    LOG.atInfo().log(state.message());
    return new Verdict.Stalled(
        state.reason(),
        switch (ServerProblem.of(error)) {
          case INSUFFICIENT_PRIVILEGE, OTHER ->
              "PostgresServer "
                  + References.path(server.server())
                  + ServerMessage.of(error)
                      .discreet()
                      .map(said -> " answered: " + said)
                      .orElse(" refuses what is needed" + SEE_LOG);
          default -> discreet(server.server(), state.reason());
        });
  }

  /** For those who may have databases on a server and know nothing of the server itself. */
  static String discreet(ResourceID server, Reason reason) {
    return "PostgresServer "
        + References.path(server)
        + " cannot be worked on ("
        + reason.text()
        + "); whoever runs it finds the cause in its status";
  }

  private static String said(SQLException error) {
    return String.valueOf(error.getMessage());
  }

  static String name(ResourceID server, ServerAddress address) {
    return "PostgresServer "
        + server.getNamespace().orElse("")
        + "/"
        + server.getName()
        + " at "
        + address.hostAndPort();
  }
}
