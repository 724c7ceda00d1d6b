package dev.pgdb.operator;

import dev.pgdb.api.DeletionPolicy;
import dev.pgdb.api.PostgresDatabase;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Objects;
import java.util.Optional;

/** What the API server says of a resource now, whatever the cache has. */
final class LiveResource {
  private LiveResource() {}

  /** The resource, unless another one has its name by now. */
  static Optional<PostgresDatabase> of(KubernetesClient client, PostgresDatabase cached) {
    return Optional.ofNullable(client.resource(cached).get())
        .filter(live -> Objects.equals(live.getMetadata().getUid(), cached.getMetadata().getUid()));
  }

  /**
   * Whether a resource that was just read asks for its database to be dropped.
   *
   * @param alreadySent whether a DROP was sent before: then it is too late to keep the database
   */
  static boolean wantsDrop(PostgresDatabase live, boolean alreadySent) {
    var deletion = live.getSpec().deletion();
    return live.isMarkedForDeletion()
        && !deletion.isProtected()
        && (alreadySent || deletion.policy() == DeletionPolicy.Drop);
  }
}
