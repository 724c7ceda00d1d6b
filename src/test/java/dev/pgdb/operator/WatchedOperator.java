package dev.pgdb.operator;

import dev.pgdb.install.ChartServiceAccount;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;

/** An operator that has a control plane for itself, so that what it writes there can be counted. */
final class WatchedOperator implements AutoCloseable, Interceptor {
  private final ControlPlane cluster = ControlPlane.start();
  private final Queue<String> writes = new ConcurrentLinkedQueue<>();
  private final Consumer<HttpRequest> beforeEach;
  private final KubernetesClient client;
  private final PgdbOperator operator;

  WatchedOperator() {
    this(request -> {}, Clock.systemUTC());
  }

  /**
   * @param clock by which the operator measures how long it has waited
   */
  WatchedOperator(Clock clock) {
    this(request -> {}, clock);
  }

  /**
   * @param beforeEach called before each request is sent, which waits for it
   */
  WatchedOperator(Consumer<HttpRequest> beforeEach) {
    this(beforeEach, Clock.systemUTC());
  }

  private WatchedOperator(Consumer<HttpRequest> beforeEach, Clock clock) {
    this.beforeEach = beforeEach;
    Crds.install(cluster.client());
    client =
        ChartServiceAccount.on(cluster)
            .client(http -> http.addOrReplaceInterceptor("writes", this));
    operator =
        new PgdbOperator(
            client,
            new OperatorConfiguration(Set.of(), false, 0, Duration.ofMinutes(10), 10),
            clock);
    operator.start();
  }

  ControlPlane cluster() {
    return cluster;
  }

  @Override
  public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
    if (!request.method().equals("GET")) {
      writes.add(request.method() + " " + request.uri().getPath());
    }
    beforeEach.accept(request);
  }

  /** What it asks the API server to change in a namespace during this time, Events among it. */
  List<String> writesWithin(Duration time, String namespace) throws InterruptedException {
    int before = writes.size();
    Thread.sleep(time); // that nothing happens can only be waited for
    return writes.stream()
        .skip(before)
        .filter(write -> write.contains("/namespaces/" + namespace + "/"))
        .toList();
  }

  @Override
  public void close() {
    operator.close();
    client.close();
    cluster.close();
  }
}
