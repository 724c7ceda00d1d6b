package dev.pgdb.bench;

import dev.pgdb.api.PostgresDatabase;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Notes the instant at which the API server says that a resource is ready, or gone. */
final class ResourceWatch implements Watcher<PostgresDatabase>, AutoCloseable {
  private static final int PATIENCE_SECONDS = 180;
  private static final int PATIENCE_WITH_MANY_SECONDS = 3600;

  private final Map<String, CompletableFuture<Long>> ready = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<Long>> gone = new ConcurrentHashMap<>();
  private final Watch watch;
  private final int patience;

  ResourceWatch(KubernetesClient client, String namespace) {
    patience = PATIENCE_SECONDS;
    watch = client.resources(PostgresDatabase.class).inNamespace(namespace).watch(this);
  }

  /** In all namespaces, no two of which have one of the same name. */
  ResourceWatch(KubernetesClient client) {
    patience = PATIENCE_WITH_MANY_SECONDS;
    watch = client.resources(PostgresDatabase.class).inAnyNamespace().watch(this);
  }

  /** System.nanoTime() at which it was seen to be ready. */
  long ready(String name) throws Exception {
    return of(ready, name).get(patience, TimeUnit.SECONDS);
  }

  /** System.nanoTime() at which it was seen to be gone. */
  long gone(String name) throws Exception {
    return of(gone, name).get(patience, TimeUnit.SECONDS);
  }

  @Override
  public void eventReceived(Action action, PostgresDatabase database) {
    long now = System.nanoTime();
    String name = database.getMetadata().getName();
    if (action == Action.DELETED) {
      of(gone, name).complete(now);
    } else if (isReady(database)) {
      of(ready, name).complete(now);
    }
  }

  private static boolean isReady(PostgresDatabase database) {
    var status = database.getStatus();
    return status != null
        && status.conditions().stream()
            .anyMatch(c -> "Ready".equals(c.getType()) && "True".equals(c.getStatus()));
  }

  private static CompletableFuture<Long> of(
      Map<String, CompletableFuture<Long>> instants, String name) {
    return instants.computeIfAbsent(name, n -> new CompletableFuture<>());
  }

  @Override
  public void onClose(@Nullable WatcherException cause) {
    var error = new IllegalStateException("the watch ended", cause);
    ready.values().forEach(instant -> instant.completeExceptionally(error));
    gone.values().forEach(instant -> instant.completeExceptionally(error));
  }

  @Override
  public void close() {
    watch.close();
  }
}
