package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Secret;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Who needs whom, as the caches have it: a database its server, a server its Secrets. */
final class ServerNeeds {
  private static final String SERVER = "server";

  /** Finds the databases of a server without a look at all the others. */
  static final Map<String, Function<PostgresDatabase, List<String>>> BY_SERVER =
      Map.of(SERVER, database -> List.of(References.serverOf(database).toString()));

  private final Context<PostgresServer> context;
  private final Tenancy tenancy;

  ServerNeeds(Context<PostgresServer> context, Tenancy tenancy) {
    this.context = context;
    this.tenancy = tenancy;
  }

  /**
   * How many databases need this server. One that is not allowed there needs it as long as
   * something of it may be there; else anybody could keep anybody's server. One that never got as
   * far as a server that is being deleted will not get there any more.
   */
  int databasesOf(PostgresServer server) {
    return (int)
        source(PostgresDatabase.class)
            .byIndex(SERVER, ResourceID.fromResource(server).toString())
            .stream()
            .filter(
                database ->
                    Translation.status(database) != null
                        || (!server.isMarkedForDeletion() && tenancy.allows(server, database)))
            .count();
  }

  /** Whether some server needs this Secret, and some database that server. */
  boolean isNeeded(ResourceID secret) {
    String namespace = secret.getNamespace().orElseThrow();
    return context
        .getPrimaryCache()
        .list(namespace)
        .filter(server -> References.secretsOf(server).contains(secret))
        .anyMatch(server -> databasesOf(server) > 0);
  }

  /** Those of this server, and all that are held in its namespace, that nothing needs. */
  Set<ResourceID> idleSecrets(PostgresServer server) {
    Stream<ResourceID> held =
        source(Secret.class)
            .list(server.getMetadata().getNamespace(), secret -> true)
            .map(ResourceID::fromResource);
    var idle = new LinkedHashSet<ResourceID>();
    Stream.concat(References.secretsOf(server).stream(), held)
        .filter(secret -> !isNeeded(secret))
        .forEach(idle::add);
    return idle;
  }

  @SuppressWarnings("unchecked") // each kind has one source, and this is its type
  private <R extends HasMetadata> InformerEventSource<R, PostgresServer> source(Class<R> kind) {
    return (InformerEventSource<R, PostgresServer>)
        context.eventSourceRetriever().getEventSourceFor(kind);
  }
}
