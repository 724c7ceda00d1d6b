package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import dev.pgdb.postgres.Claim;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.LinkedHashSet;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** Which resource another one means. */
final class References {
  private References() {}

  /** The server of a database; in the database's own namespace where none is named. */
  static ResourceID serverOf(PostgresDatabase database) {
    var reference = database.getSpec().serverRef();
    return new ResourceID(
        reference.name(),
        Objects.requireNonNullElse(reference.namespace(), database.getMetadata().getNamespace()));
  }

  /** Whether a server is in another namespace than a database: somebody else's, that is. */
  static boolean isForeign(ResourceID server, PostgresDatabase database) {
    return !server.getNamespace().orElse("").equals(database.getMetadata().getNamespace());
  }

  /** Who has claimed a database, in words for somebody whose resource it is not. */
  static String holderFor(PostgresDatabase reader, Claim claim) {
    String own = reader.getMetadata().getNamespace() + "/";
    return claim.holder().startsWith(own)
        ? "PostgresDatabase " + claim.holder()
        : "a resource of another namespace"; // whose it is, is nobody's business there
  }

  /** The Secrets that are needed to log in to a server, all in its own namespace. */
  static Set<ResourceID> secretsOf(PostgresServer server) {
    String namespace = server.getMetadata().getNamespace();
    var tls = server.getSpec().tls();
    var names = new LinkedHashSet<String>();
    names.add(server.getSpec().admin().secretRef().name());
    if (tls.caRef() != null) {
      names.add(tls.caRef().name());
    }
    if (tls.clientCertificateRef() != null) {
      names.add(tls.clientCertificateRef().name());
    }
    return names.stream()
        .map(name -> new ResourceID(name, namespace))
        .collect(Collectors.toCollection(LinkedHashSet::new));
  }

  /** As people write it: {@code namespace/name}. */
  static String path(ResourceID resource) {
    return resource.getNamespace().orElse("") + "/" + resource.getName();
  }
}
