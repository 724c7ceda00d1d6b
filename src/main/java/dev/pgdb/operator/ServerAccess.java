package dev.pgdb.operator;

import dev.pgdb.api.DeletionPolicy;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import dev.pgdb.api.Reason;
import dev.pgdb.operator.ServerState.Unknown;
import dev.pgdb.operator.ServerState.Unusable;
import dev.pgdb.operator.ServerState.Usable;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a database may be worked on, and over which connection. */
sealed interface ServerAccess {

  /** What nobody can reach can only be left where it is. */
  String WAY_OUT =
      "; if the server is gone for good, set spec.deletion.policy to Retain: then this resource goes,"
          + " and its database is left as it is, once the server has not answered for five minutes";

  /**
   * It may.
   *
   * @param foreign whether the server is in another namespace: then little may be told of it
   */
  record Granted(
      ResourceID server, ServerConnection connection, String systemIdentifier, boolean foreign)
      implements ServerAccess {}

  /** It may not, or not now. */
  record Denied(Verdict verdict) implements ServerAccess {}

  /**
   * Looks at the reference, the namespace and the server, in this order.
   *
   * @param server the PostgresServer that the database names, if it exists
   */
  static ServerAccess of(
      PostgresDatabase database,
      Optional<PostgresServer> server,
      Servers servers,
      Tenancy tenancy) {
    ServerAccess access = find(database, server, servers, tenancy);
    return access instanceof Denied(Verdict.Stalled(var reason, var message)) && wantsDrop(database)
        ? stalled(reason, message + WAY_OUT)
        : access;
  }

  private static boolean wantsDrop(PostgresDatabase database) {
    return database.isMarkedForDeletion()
        && database.getSpec().deletion().policy() == DeletionPolicy.Drop;
  }

  private static ServerAccess find(
      PostgresDatabase database,
      Optional<PostgresServer> server,
      Servers servers,
      Tenancy tenancy) {
    ResourceID id = References.serverOf(database);
    boolean foreign = References.isForeign(id, database);
    if (server.isEmpty()) {
      return foreign ? notAllowed(id, database) : notFound(id);
    }
    // What was begun while it was allowed may be ended, and what never was goes at once.
    if (!database.isMarkedForDeletion() && !tenancy.allows(server.get(), database)) {
      return notAllowed(id, database);
    }
    return switch (servers.state(id)) {
      case Usable(var connection, var identifier) -> {
        Denied notYet = closedToNew(database, server.get(), servers, foreign);
        yield notYet == null ? new Granted(id, connection, identifier, foreign) : notYet;
      }
      case Unusable(var reason, var message) ->
          stalled(reason, foreign ? ServerErrors.discreet(id, reason) : message);
      case Unknown unknown -> waiting(id);
    };
  }

  private static Denied notFound(ResourceID server) {
    return stalled(
        Reason.SERVER_NOT_FOUND,
        "spec.serverRef: PostgresServer "
            + References.path(server)
            + " does not exist, or not in a namespace that this operator looks after");
  }

  /** Who is not allowed to use a server is not told whether there is one either. */
  private static Denied notAllowed(ResourceID server, PostgresDatabase database) {
    return stalled(
        Reason.NAMESPACE_NOT_ALLOWED,
        "spec.serverRef: PostgresServer "
            + References.path(server)
            + " does not exist, or its spec.allowedNamespaces does not allow databases of namespace "
            + database.getMetadata().getNamespace());
  }

  /** Nothing is created that nobody could drop: the way to its server must stay. */
  private static @Nullable Denied closedToNew(
      PostgresDatabase database, PostgresServer server, Servers servers, boolean foreign) {
    if (database.isMarkedForDeletion() || Translation.status(database) != null) {
      return null;
    }
    ResourceID id = ResourceID.fromResource(server);
    if (server.isMarkedForDeletion()) {
      return closed(id, "it is being deleted");
    }
    String why = servers.closedToNew(id);
    if (why == null) {
      servers.needed(id);
      return waiting(id);
    }
    if (why.isEmpty()) {
      return null;
    }
    return closed(id, foreign ? discreet(why) : why);
  }

  private static String discreet(String why) {
    if (why.equals("it" + SecretsInUse.LEAVING)) {
      return why;
    }
    return why.endsWith(SecretsInUse.LEAVING)
        ? "a Secret that it needs is being deleted"
        : "it, or a Secret that it needs, cannot be held; whoever runs it finds the cause in its"
            + " status";
  }

  private static Denied closed(ResourceID server, String why) {
    return stalled(
        Reason.SERVER_NOT_READY,
        "PostgresServer " + References.path(server) + " takes no new databases: " + why);
  }

  private static Denied waiting(ResourceID server) {
    return new Denied(
        new Verdict.Waiting(
            Reason.CONNECTING, "connecting to PostgresServer " + References.path(server)));
  }

  private static Denied stalled(Reason reason, String message) {
    return new Denied(new Verdict.Stalled(reason, message));
  }
}
