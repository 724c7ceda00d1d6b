package dev.pgdb.operator;

import dev.pgdb.api.DeletionPolicy;
import dev.pgdb.api.PostgresDatabase;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/** What the API server says of a resource now, whatever the cache has. */
final class LiveResource {
  private static final int TRIES = 5;

  /** What the API server answers when a test of a JSON patch fails. */
  private static final int CHANGED = 422;

  private static final int GONE = HttpURLConnection.HTTP_NOT_FOUND;

  private LiveResource() {}

  /** The resource, unless another one has its name by now. */
  static <R extends HasMetadata> Optional<R> of(KubernetesClient client, R cached) {
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

  /**
   * Takes a finalizer away, from this very resource. JOSDK would take it from whatever has its name
   * by now: where somebody else was faster, it reads the resource again and does not look at its
   * UID.
   *
   * @param read as it was a moment ago; it is read again where it has changed since
   */
  static <R extends HasMetadata> void release(KubernetesClient client, R read, String finalizer) {
    R live = read;
    for (int tries = 1; live != null && live.hasFinalizer(finalizer); tries++) {
      try {
        client.resource(live).patch(PatchContext.of(PatchType.JSON), removal(live, finalizer));
        return;
      } catch (KubernetesClientException e) {
        if (tries == TRIES || (e.getCode() != CHANGED && e.getCode() != GONE)) {
          throw e;
        }
      }
      live = of(client, read).orElse(null);
    }
  }

  private static String removal(HasMetadata live, String finalizer) {
    String path = "/metadata/finalizers/" + live.getFinalizers().indexOf(finalizer);
    return Serialization.asJson(
        List.of(
            Map.of("op", "test", "path", "/metadata/uid", "value", live.getMetadata().getUid()),
            Map.of("op", "test", "path", path, "value", finalizer),
            Map.of("op", "remove", "path", path)));
  }
}
