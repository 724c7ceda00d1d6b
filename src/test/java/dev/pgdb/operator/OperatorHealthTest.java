package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.Status;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whether the operator does its work, from how its watches are. */
class OperatorHealthTest {
  private static final Instant NOW = Instant.parse("2026-11-22T15:00:00Z");

  private boolean started = true;
  private List<Informer> informers = List.of(new Informer("shop", true, true));
  private Instant now = NOW;

  private record Informer(String namespace, boolean isWatching, boolean isRunning)
      implements InformerHealthIndicator {
    @Override
    public boolean hasSynced() {
      return true;
    }

    @Override
    public String getTargetNamespace() {
      return namespace;
    }

    @Override
    public Status getStatus() {
      return Status.HEALTHY;
    }
  }

  @Test
  void isReadyOnceItHasStarted() {
    var health = health();
    started = false;
    assertThat(health.isReady()).isFalse();
    assertThat(health.isAlive()).isTrue();

    started = true;

    assertThat(health.isReady()).isTrue();
    assertThat(health.isAlive()).isTrue();
  }

  @Test
  void isReadyNoMoreOnceAWatchHasBeenLostForLong() {
    var health = health();
    informers = List.of(new Informer("shop", false, true), new Informer("shop", true, true));
    assertThat(health.isReady()).isTrue();
    after(OperatorHealth.BLINK.minusMillis(1));
    assertThat(health.isReady()).isTrue();

    after(Duration.ofMillis(1));

    assertThat(health.isReady()).isFalse();
    assertThat(health.isAlive()).as("a restart would not help").isTrue();
  }

  @Test
  void isReadyAgainOnceTheWatchIsBackAndTimeCountsAnew() {
    var health = health();
    informers = List.of(new Informer("shop", false, true));
    assertThat(health.isReady()).isTrue();
    after(OperatorHealth.BLINK);
    assertThat(health.isReady()).isFalse();
    informers = List.of(new Informer("shop", true, true));
    assertThat(health.isReady()).isTrue();

    informers = List.of(new Informer("shop", false, true));

    assertThat(health.isReady()).isTrue();
  }

  /** Of several namespaces one may have been deleted, and pgdb's rights there with it. */
  @Test
  void isReadyWhileItHearsOfOneNamespaceAtLeast() {
    var health = health();
    informers = List.of(new Informer("gone", false, true), new Informer("shop", true, true));
    assertThat(health.isReady()).isTrue();
    after(OperatorHealth.BLINK);

    assertThat(health.isReady()).isTrue();
  }

  /** Nothing but a restart brings such a watch back. */
  @Test
  void isAliveUntilAWatchHasEndedForGood() {
    var health = health();
    informers = List.of(new Informer("shop", true, true), new Informer("shop", false, false));

    assertThat(health.isAlive()).isFalse();
  }

  @Test
  void isNotReadyFromTheMomentItEndsAndNobodyHasToEndIt() {
    var health = health();
    informers = List.of(new Informer("shop", false, false));

    health.close();

    assertThat(health.isReady()).isFalse();
    assertThat(health.isAlive()).isTrue();
  }

  private void after(Duration duration) {
    now = now.plus(duration);
  }

  private OperatorHealth health() {
    var clock =
        new Clock() {
          @Override
          public Instant instant() {
            return now;
          }

          @Override
          public ZoneOffset getZone() {
            return ZoneOffset.UTC;
          }

          @Override
          public Clock withZone(ZoneId zone) {
            return this;
          }
        };
    return new OperatorHealth(
        () -> started, () -> informers.stream().map(InformerHealthIndicator.class::cast), clock);
  }
}
