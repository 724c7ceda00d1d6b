package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.util.function.Consumer;

/** Sees each version of the PostgresDatabases of a namespace. */
record WatchedDatabases(Consumer<PostgresDatabase> seen) implements Watcher<PostgresDatabase> {

  static Watch in(String namespace, KubernetesClient client, Consumer<PostgresDatabase> seen) {
    return client
        .resources(PostgresDatabase.class)
        .inNamespace(namespace)
        .watch(new WatchedDatabases(seen));
  }

  @Override
  public void eventReceived(Action action, PostgresDatabase version) {
    seen.accept(version);
  }

  @Override
  public void onClose(WatcherException cause) {
    // what it missed, the assertions miss as well
  }
}
