package dev.pgdb.operator;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/** The operator: the reconcilers and what they share. */
public final class PgdbOperator implements AutoCloseable {
  private static final Duration FIRST_RETRY = Duration.ofMillis(500);
  private static final Duration LONGEST_RETRY = Duration.ofMinutes(5);
  private static final Duration TERMINATION = Duration.ofSeconds(5);
  private static final Duration LAST_WORDS = Duration.ofSeconds(2);

  private final KubernetesClient client;
  private final Operator operator;
  private final OperatorHealth health;
  private final Servers servers;
  private final OperatorMetrics metrics;
  private final Leadership leadership = new Leadership();
  private final ExecutorService statements = Executors.newVirtualThreadPerTaskExecutor();
  private final ExecutorService eventWriter =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("events").factory());

  public PgdbOperator(KubernetesClient client, OperatorConfiguration configuration, Clock clock) {
    this.client = client;
    var events = new EventRecorder(client, eventWriter, clock);
    var tenancy = new Tenancy();
    servers = new Servers(statements, clock);
    metrics = new OperatorMetrics(servers);
    operator =
        new Operator(
            overrider -> {
              overrider
                  .withKubernetesClient(client)
                  .withCloseClientOnStop(false)
                  .withMetrics(metrics.ofReconciliations())
                  .withConcurrentReconciliationThreads(configuration.concurrency())
                  .withReconciliationTerminationTimeout(TERMINATION);
              if (configuration.leaderElection()) {
                overrider.withLeaderElectionConfiguration(leadership.configuration(client));
              }
            });
    health = OperatorHealth.of(operator, clock);
    var secretsInUse = new SecretsInUse(client);
    operator.register(
        new PostgresServerReconciler(
            servers,
            new ServerChecks(
                new ServerCheck(servers, new ServerAddresses(client))::look,
                servers,
                statements,
                configuration.resync(),
                clock),
            secretsInUse,
            tenancy,
            new ServerStatuses(events, tenancy, clock),
            new ServerWakeUps(statements),
            configuration.resync()),
        overrider -> {
          watch(overrider, configuration);
          overrider
              .withTriggerReconcilerOnAllEvents(true) // JOSDK sets no finalizer then
              .withGenerationAware(false)
              .withOnUpdateFilter(Updates::isNews);
        });
    operator.register(
        new HeldSecretReconciler(secretsInUse),
        overrider -> {
          watch(overrider, configuration);
          overrider
              .withLabelSelector(SecretsInUse.IN_USE)
              .withTriggerReconcilerOnAllEvents(true) // else JOSDK skips one that is being deleted
              .withGenerationAware(false)
              .withOnUpdateFilter(Updates::isNews);
        });
    var secrets = new BindingSecrets(client);
    operator.register(
        new PostgresDatabaseReconciler(
            client,
            servers,
            tenancy,
            secrets,
            metrics,
            new DatabaseCreation(client, servers, secrets, events, configuration.resync(), clock),
            new DatabaseRemoval(
                client, servers, events, new DeletionMetrics(metrics.registry(), clock), clock),
            configuration.concurrency()),
        overrider -> {
          watch(overrider, configuration);
          overrider
              .withFinalizer(PostgresDatabaseReconciler.FINALIZER)
              .withGenerationAware(false)
              .withOnUpdateFilter(PostgresDatabaseReconciler::isNews);
        });
  }

  private static <R extends HasMetadata> void watch(
      ControllerConfigurationOverrider<R> overrider, OperatorConfiguration configuration) {
    overrider.withInformerListLimit(LeanClient.AT_ONCE);
    // Each reconciliation says itself when the next one is due. JOSDK would set a timer of ten
    // hours for others, also for a resource that is gone, and fail where it has just heard of that.
    overrider.withReconciliationMaxInterval(null);
    overrider.withRetry(
        new GenericRetry()
            .withoutMaxAttempts()
            .setInitialInterval(FIRST_RETRY.toMillis())
            .setIntervalMultiplier(2)
            .setMaxInterval(LONGEST_RETRY.toMillis()));
    if (configuration.namespaces().isEmpty()) {
      overrider.watchingAllNamespaces();
    } else {
      overrider.settingNamespaces(configuration.namespaces());
    }
  }

  /**
   * Returns once all resources have been read. With leader election, nothing is done with them
   * until this replica leads.
   */
  public void start() {
    operator.start();
  }

  /** Whether it has read all resources and hears of each change; one that stands by does, too. */
  public boolean isReady() {
    return health.isReady();
  }

  /** False only where a restart would help. */
  public boolean isAlive() {
    return health.isAlive();
  }

  /** In the text format of Prometheus. */
  public String metrics() {
    return metrics.scrape();
  }

  /** Finishes what is under way within seconds. A DROP that runs goes on at the server. */
  @Override
  public void close() {
    health.close();
    leadership.resign();
    operator.stop();
    leadership.release(client);
    servers.close();
    finish(eventWriter);
    statements.shutdown();
    metrics.close();
  }

  /** What is told last is worth a moment, and no more than that. */
  private static void finish(ExecutorService executor) {
    executor.shutdown();
    try {
      if (!executor.awaitTermination(LAST_WORDS.toMillis(), TimeUnit.MILLISECONDS)) {
        executor.shutdownNow();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
