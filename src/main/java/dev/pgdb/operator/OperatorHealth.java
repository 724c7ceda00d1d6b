package dev.pgdb.operator;

import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.health.InformerHealthIndicator;
import io.javaoperatorsdk.operator.health.InformerWrappingEventSourceHealthIndicator;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Whether the operator does its work, and whether a restart would help where it does not. */
final class OperatorHealth {
  /** An API server that is started again is back in less, and each watch ends now and then. */
  static final Duration BLINK = Duration.ofSeconds(30);

  private final BooleanSupplier started;
  private final Supplier<Stream<InformerHealthIndicator>> informers;
  private final Clock clock;
  private volatile boolean closing;
  private @Nullable Instant blindSince; // guarded by this

  /**
   * @param informers what watches the API server, once it has started
   */
  OperatorHealth(
      BooleanSupplier started, Supplier<Stream<InformerHealthIndicator>> informers, Clock clock) {
    this.started = started;
    this.informers = informers;
    this.clock = clock;
  }

  static OperatorHealth of(Operator operator, Clock clock) {
    return new OperatorHealth(
        () -> operator.getRuntimeInfo().isStarted(), () -> informersOf(operator), clock);
  }

  /** From now on it is not ready, whatever still goes on. */
  void close() {
    closing = true;
  }

  /**
   * Whether it has read all resources and hears of each change. A replica that stands by does, and
   * is as ready as the one that leads; one whose watch does not come back does not: the API server
   * is away, or does not let it watch any more, in any namespace.
   */
  boolean isReady() {
    return isAtWork() && !isBlind();
  }

  /**
   * Whether no watch on the API server has ended for good. One that only has lost its connection
   * comes back by itself; a restart would not help.
   */
  boolean isAlive() {
    return !isAtWork() || informers.get().allMatch(InformerHealthIndicator::isRunning);
  }

  private boolean isAtWork() {
    return !closing && started.getAsBoolean();
  }

  private synchronized boolean isBlind() {
    if (hears()) {
      blindSince = null;
      return false;
    }
    Instant now = clock.instant();
    if (blindSince == null) {
      blindSince = now;
    }
    return !now.isBefore(blindSince.plus(BLINK));
  }

  /** Of several namespaces, one may have gone, and pgdb's rights there with it. */
  private boolean hears() {
    return informers
        .get()
        .collect(
            Collectors.groupingBy(
                InformerHealthIndicator::getTargetNamespace,
                Collectors.reducing(
                    true, InformerHealthIndicator::isWatching, Boolean::logicalAnd)))
        .containsValue(true);
  }

  @SuppressWarnings("rawtypes") // JOSDK's own
  private static Stream<InformerHealthIndicator> informersOf(Operator operator) {
    return operator.getRuntimeInfo().getRegisteredControllers().stream()
        .map(controller -> controller.getControllerHealthInfo())
        .flatMap(health -> health.informerEventSourceHealthIndicators().values().stream())
        .flatMap(OperatorHealth::informersOf);
  }

  private static Stream<InformerHealthIndicator> informersOf(
      InformerWrappingEventSourceHealthIndicator<?> source) {
    return source.informerHealthIndicators().values().stream();
  }
}
