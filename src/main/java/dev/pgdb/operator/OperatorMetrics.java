package dev.pgdb.operator;

import dev.pgdb.api.BlockerStatus;
import dev.pgdb.api.ConditionType;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.operator.ServerState.Usable;
import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetricsV2;
import io.javaoperatorsdk.operator.processing.event.source.Cache;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What the operator counts, for Prometheus. */
final class OperatorMetrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry =
      new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics collections = new JvmGcMetrics();
  private final Servers servers;
  private final MultiGauge serverUp =
      MultiGauge.builder("pgdb.server.up")
          .description("1 while the PostgresServer can be worked on, 0 while it cannot.")
          .register(registry);

  private final MultiGauge blocked =
      MultiGauge.builder("pgdb.deletion.blocked")
          .description("What stands in the way of deletions, by the type of the blocker.")
          .register(registry);
  private @Nullable Cache<PostgresDatabase> databases;

  OperatorMetrics(Servers servers) {
    this.servers = servers;
    new ClassLoaderMetrics().bindTo(registry);
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    collections.bindTo(registry);
  }

  /** Where others count. */
  MeterRegistry registry() {
    return registry;
  }

  /** What JOSDK counts. */
  Metrics ofReconciliations() {
    return MicrometerMetricsV2.newBuilder(registry).build();
  }

  /** Tells how many of these databases are ready, and how many are not. */
  void watch(Cache<PostgresDatabase> databases) {
    this.databases = databases;
    for (boolean ready : new boolean[] {true, false}) {
      Gauge.builder("pgdb.databases", databases, cache -> count(cache, ready))
          .tag("ready", String.valueOf(ready))
          .description("PostgresDatabases, by whether they are ready.")
          .register(registry);
    }
  }

  private static long count(Cache<PostgresDatabase> databases, boolean ready) {
    return databases
        .list()
        .filter(
            database ->
                ready == Conditions.isTrue(Statuses.of(database).conditions(), ConditionType.READY))
        .count();
  }

  /** All of it, in the text format of Prometheus. */
  String scrape() {
    serverUp.register(
        servers.states().entrySet().stream()
            .<MultiGauge.Row<?>>map(
                server ->
                    MultiGauge.Row.of(
                        Tags.of("server", References.path(server.getKey())),
                        server.getValue() instanceof Usable ? 1 : 0))
            .toList(),
        true);
    blocked.register(
        blockers().entrySet().stream()
            .<MultiGauge.Row<?>>map(
                type -> MultiGauge.Row.of(Tags.of("type", type.getKey()), type.getValue()))
            .toList(),
        true);
    return registry.scrape();
  }

  private Map<String, Long> blockers() {
    return Stream.ofNullable(databases)
        .flatMap(Cache::list)
        .map(database -> Statuses.of(database).deletion())
        .filter(Objects::nonNull)
        .flatMap(deletion -> deletion.blockers().stream().map(BlockerStatus::type).distinct())
        .collect(Collectors.groupingBy(type -> type, Collectors.counting()));
  }

  @Override
  public void close() {
    collections.close();
    registry.close();
  }
}
