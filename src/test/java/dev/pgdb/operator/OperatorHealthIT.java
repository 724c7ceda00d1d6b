package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.install.ChartServiceAccount;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.SlowApiServer;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What /livez and /readyz say while the API server is there, and while it is not. */
class OperatorHealthIT {
  private static final Duration SOON = Duration.ofSeconds(60);

  private final ControlPlane cluster = OperatorUnderTest.withCrds();
  private final Tenant tenant = new Tenant(cluster);

  @Test
  void isReadyOnlyWhileItHearsOfChanges() throws Exception {
    var time = new MovedClock();
    try (var way = new SlowApiServer(ChartServiceAccount.on(cluster).kubeconfig());
        var client = new KubernetesClientBuilder().withConfig(way.config()).build()) {
      var operator =
          new PgdbOperator(
              client,
              new OperatorConfiguration(
                  Set.of(tenant.namespace()), false, 0, Duration.ofMinutes(10), 10),
              time);
      try (var endpoint = HealthEndpoint.start(0, operator)) {
        try {
          assertThat(answers(endpoint)).as("before it has started").containsExactly(200, 503);
          operator.start();
          await("it is ready")
              .atMost(SOON)
              .until(() -> answers(endpoint).equals(List.of(200, 200)));
          losesAndFindsTheApiServer(endpoint, way, time);
        } finally {
          operator.close();
        }
        assertThat(answers(endpoint)).as("once it ends").containsExactly(200, 503);
      }
    }
  }

  private static void losesAndFindsTheApiServer(
      HealthEndpoint endpoint, SlowApiServer way, MovedClock time) throws Exception {
    way.goAway();

    assertThat(answers(endpoint)).as("for a moment").containsExactly(200, 200);
    await("it has been blind for long")
        .atMost(SOON)
        .until(
            () -> {
              answers(endpoint);
              time.move(OperatorHealth.BLINK);
              return answers(endpoint).equals(List.of(200, 503));
            });

    way.comeBack();

    await("it hears again").atMost(SOON).until(() -> answers(endpoint).equals(List.of(200, 200)));
  }

  /** Right time, and some more. */
  private static final class MovedClock extends Clock {
    private final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);

    void move(Duration more) {
      ahead.updateAndGet(more::plus);
    }

    @Override
    public Instant instant() {
      return Instant.now().plus(ahead.get());
    }

    @Override
    public ZoneId getZone() {
      return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
      return this;
    }
  }

  /** Of /livez and /readyz. */
  private static List<Integer> answers(HealthEndpoint endpoint) throws Exception {
    var statuses = new ArrayList<Integer>();
    for (String path : List.of("/livez", "/readyz")) {
      var uri = URI.create("http://127.0.0.1:" + endpoint.port() + path);
      statuses.add(((HttpURLConnection) uri.toURL().openConnection()).getResponseCode());
    }
    return statuses;
  }
}
