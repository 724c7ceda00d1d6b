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
import java.util.function.Function;
import java.util.function.Predicate;

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
   * Puts a finalizer on this very resource, unless it is being deleted: then no new one is taken.
   *
   * @param read as it was a moment ago; it is read again where it has changed since
   * @return the resource as it is now; empty where it is gone
   */
  static <R extends HasMetadata> Optional<R> hold(
      KubernetesClient client, R read, String finalizer) {
    return change(
        client,
        read,
        live -> live.hasFinalizer(finalizer) || live.isMarkedForDeletion(),
        live -> addition(live, finalizer));
  }

  /**
   * Takes a finalizer away, from this very resource. JOSDK would take it from whatever has its name
   * by now: where somebody else was faster, it reads the resource again and does not look at its
   * UID.
   *
   * @param read as it was a moment ago; it is read again where it has changed since
   * @return the resource as it is now; empty where it is gone
   */
  static <R extends HasMetadata> Optional<R> release(
      KubernetesClient client, R read, String finalizer) {
    return change(
        client, read, live -> !live.hasFinalizer(finalizer), live -> removal(live, finalizer));
  }

  private static <R extends HasMetadata> Optional<R> change(
      KubernetesClient client, R read, Predicate<R> isDone, Function<R, String> patch) {
    R live = read;
    for (int tries = 1; live != null && !isDone.test(live); tries++) {
      try {
        return Optional.of(
            client.resource(live).patch(PatchContext.of(PatchType.JSON), patch.apply(live)));
      } catch (KubernetesClientException e) {
        if (tries == TRIES || (e.getCode() != CHANGED && e.getCode() != GONE)) {
          throw e;
        }
      }
      live = of(client, read).orElse(null);
    }
    return Optional.ofNullable(live);
  }

  /** The first finalizer makes the list, so nobody may have made one meanwhile. */
  private static String addition(HasMetadata live, String finalizer) {
    String version = live.getMetadata().getResourceVersion();
    boolean first = live.getFinalizers().isEmpty();
    return Serialization.asJson(
        List.of(
            Map.of("op", "test", "path", "/metadata/uid", "value", live.getMetadata().getUid()),
            Map.of("op", "test", "path", "/metadata/resourceVersion", "value", version),
            first
                ? Map.of("op", "add", "path", "/metadata/finalizers", "value", List.of(finalizer))
                : Map.of("op", "add", "path", "/metadata/finalizers/-", "value", finalizer)));
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
