package dev.pgdb.bench;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.Duration;
import java.util.List;

/** A database is a resource; from the answer to DELETE to the end of the resource. */
final class ByResource implements Contestant, AutoCloseable {
  static final String NAMESPACE = "bench";

  private final KubernetesClient client;
  private final ResourceWatch watch;

  ByResource(KubernetesClient client, TestPostgres postgres) {
    this.client = client;
    apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %s}
        """
            .formatted(NAMESPACE));
    apply(
        """
        apiVersion: v1
        kind: Secret
        metadata: {name: main-admin, namespace: %s}
        type: kubernetes.io/basic-auth
        stringData: {username: "%s", password: "%s"}
        """
            .formatted(NAMESPACE, postgres.superuser(), postgres.password()));
    apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresServer
        metadata: {name: main, namespace: %s}
        spec:
          host: "%s"
          port: %d
          admin: {secretRef: {name: main-admin}}
          tls: {mode: Disable}
        """
            .formatted(NAMESPACE, postgres.host(), postgres.port()));
    watch = new ResourceWatch(client, NAMESPACE);
  }

  @Override
  public String title() {
    return "pgdb: `DELETE` accepted to resource gone";
  }

  @Override
  public void create(String name) throws Exception {
    applyDatabase(name);
    awaitReady(List.of(name));
  }

  void applyDatabase(String name) {
    apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: %s, namespace: %s}
        spec: {serverRef: {name: main}, owner: %s}
        """
            .formatted(name, NAMESPACE, OWNER));
  }

  void awaitReady(List<String> names) throws Exception {
    for (String name : names) {
      watch.ready(name);
    }
  }

  @Override
  public Duration delete(String name) throws Exception {
    requestDeletion(name);
    long accepted = System.nanoTime();
    return Duration.ofNanos(watch.gone(name) - accepted);
  }

  void requestDeletion(String name) {
    client.resources(PostgresDatabase.class).inNamespace(NAMESPACE).withName(name).delete();
  }

  /** System.nanoTime() at which the last of them was seen to be gone. */
  long lastGone(List<String> names) throws Exception {
    long last = Long.MIN_VALUE;
    for (String name : names) {
      last = Math.max(last, watch.gone(name));
    }
    return last;
  }

  private void apply(String yaml) {
    client.resource(yaml).serverSideApply();
  }

  @Override
  public void close() {
    watch.close();
  }
}
