package dev.pgdb.operator;

import dev.pgdb.api.PostgresServer;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.AbstractEventSource;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.javaoperatorsdk.operator.processing.event.source.ResourceAction;
import io.javaoperatorsdk.operator.processing.event.source.controller.ResourceEvent;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Has a server reconciled now. */
final class ServerWakeUps extends AbstractEventSource<Void, PostgresServer> {
  private final Executor oneSecondLater;
  private volatile @Nullable Cache<PostgresServer> servers;

  ServerWakeUps(Executor threads) {
    super(Void.class, "wake-ups");
    oneSecondLater = CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS, threads);
  }

  /** From now on, these can be woken. */
  void know(Cache<PostgresServer> servers) {
    this.servers = servers;
  }

  void wake(ResourceID id) {
    var known = servers;
    if (known != null && isRunning()) {
      known
          .get(id)
          .ifPresent(
              server ->
                  getEventHandler()
                      .handleEvent(new ResourceEvent(ResourceAction.UPDATED, id, server)));
    }
  }

  /**
   * A server is gone, and another one may have its name at once. JOSDK forgets all that it heard of
   * the second one while it was told to forget the first.
   */
  void wakeSuccessor(ResourceID id) {
    oneSecondLater.execute(() -> wake(id));
  }

  @Override
  public Set<Void> getSecondaryResources(PostgresServer primary) {
    return Set.of();
  }
}
