package dev.pgdb.operator;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.net.HttpURLConnection;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the Secrets that are needed to log in to a server while a database needs that server: else
 * whoever deletes all at once, Secret first, leaves a database that nobody can drop any more.
 *
 * <p>Who else has a finalizer or a label on such a Secret keeps it: each change says which version
 * of the Secret it was made from, and is refused where that is no longer the one there is.
 */
final class SecretsInUse {
  /** The finalizer, and the label by which the Secrets that have it are found again. */
  static final String IN_USE = "pgdb.dev/in-use";

  /** How a sentence ends that says that something goes which a new database would need. */
  static final String LEAVING = " is being deleted";

  private final KubernetesClient client;

  SecretsInUse(KubernetesClient client) {
    this.client = client;
  }

  /**
   * Puts the finalizer on.
   *
   * @return what a new database must not be created for: a Secret that is on its way out already
   */
  synchronized Optional<String> hold(Collection<ResourceID> secrets) {
    Optional<String> leaving = Optional.empty();
    for (ResourceID id : secrets) {
      Secret secret = get(id);
      if (secret == null || isHeld(secret)) {
        continue; // that it does not exist is found when it is read
      }
      if (secret.isMarkedForDeletion()) {
        leaving = Optional.of("Secret " + References.path(id) + LEAVING);
      } else {
        patch(secret, true);
      }
    }
    return leaving;
  }

  /**
   * Takes the finalizer off.
   *
   * @param needed asked for each Secret again, so that nobody has come to need it meanwhile
   */
  synchronized void release(Collection<ResourceID> secrets, Predicate<ResourceID> needed) {
    for (ResourceID id : secrets) {
      Secret secret = get(id);
      if (secret != null && hasFinalizer(secret) && !needed.test(id)) {
        patch(secret, false);
      }
    }
  }

  private @Nullable Secret get(ResourceID id) {
    return client
        .secrets()
        .inNamespace(id.getNamespace().orElseThrow())
        .withName(id.getName())
        .get();
  }

  private static boolean hasFinalizer(Secret secret) {
    return secret.getMetadata().getFinalizers().contains(IN_USE);
  }

  private static boolean isHeld(Secret secret) {
    Map<String, String> labels = secret.getMetadata().getLabels();
    return hasFinalizer(secret)
        && (secret.isMarkedForDeletion() || (labels != null && labels.containsKey(IN_USE)));
  }

  /** A merge patch replaces the whole list of finalizers, hence the resource version. */
  private void patch(Secret secret, boolean inUse) {
    Set<String> finalizers = new LinkedHashSet<>(secret.getMetadata().getFinalizers());
    Map<String, Object> labels = new HashMap<>();
    if (inUse) {
      finalizers.add(IN_USE);
      labels.put(IN_USE, "true");
    } else {
      finalizers.remove(IN_USE);
      labels.put(IN_USE, null);
    }
    Map<String, Object> metadata =
        Map.of(
            "uid",
            secret.getMetadata().getUid(),
            "resourceVersion",
            secret.getMetadata().getResourceVersion(),
            "finalizers",
            finalizers,
            "labels",
            labels);
    String name = References.path(ResourceID.fromResource(secret));
    try {
      ApiRefusal.unlessRefused(
          "Secret " + name + (inUse ? " cannot be held" : " cannot be let go"),
          () ->
              client
                  .resource(secret)
                  .patch(
                      PatchContext.of(PatchType.JSON_MERGE),
                      Serialization.asJson(Map.of("metadata", metadata))));
    } catch (KubernetesClientException e) {
      if (inUse || e.getCode() != HttpURLConnection.HTTP_NOT_FOUND) {
        throw e; // who changed it at the same time is met again by the next try
      }
    }
  }
}
