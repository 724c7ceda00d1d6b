package dev.pgdb.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import java.time.Duration;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees to it that one replica acts, and that one that has lost the lead acts no more. */
final class Leadership {
  private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);
  private static final String LEASE = "pgdb";

  // Both as Kubernetes' own controllers have them.
  private static final Duration LEASE_DURATION = Duration.ofSeconds(15);
  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);

  /**
   * Those who stand by look at the lease after once to 2.2 times as long: within two seconds after
   * it has been released.
   */
  private static final Duration RETRY = Duration.ofMillis(700);

  /** Another one in each process, also where two have the same host name. */
  private final String identity =
      Objects.requireNonNullElse(System.getenv("HOSTNAME"), "pgdb") + "_" + UUID.randomUUID();

  private final AtomicBoolean led = new AtomicBoolean();
  private final AtomicBoolean resigned = new AtomicBoolean();

  /** In the namespace of the operator's own pod, or that of its kubeconfig. */
  @SuppressWarnings("deprecation") // the builder does not let us keep JOSDK from exiting
  LeaderElectionConfiguration configuration(KubernetesClient client) {
    var callbacks = new LeaderCallbacks(this::begun, this::ended, leader -> {});
    // JOSDK's own System.exit would wait for the shutdown that waits for it.
    boolean exitOnStopLeading = false;
    return new LeaderElectionConfiguration(
        LEASE,
        namespace(client),
        LEASE_DURATION,
        RENEW_DEADLINE,
        RETRY,
        identity,
        callbacks,
        exitOnStopLeading);
  }

  /** From now on the lead is given up and not lost. */
  void resign() {
    resigned.set(true);
  }

  /**
   * Lets the next one lead at once. JOSDK would, but by then it has stopped the threads that do it.
   */
  void release(KubernetesClient client) {
    if (!led.get()) {
      return; // nobody waits for this one, and where nobody is elected, it may not see leases
    }
    try {
      var lease = client.leases().inNamespace(namespace(client)).withName(LEASE).get();
      if (lease != null && identity.equals(lease.getSpec().getHolderIdentity())) {
        lease.getSpec().setHolderIdentity("");
        client.resource(lease).update();
      }
    } catch (KubernetesClientException e) {
      LOG.atWarn().setCause(e).log("The next one leads only when the lease has run out");
    }
  }

  private static String namespace(KubernetesClient client) {
    return Objects.requireNonNullElse(client.getNamespace(), "default");
  }

  private void begun() {
    led.set(true);
    LOG.info("Leading");
  }

  private void ended() {
    if (!resigned.get()) {
      // Another replica may act by now, and whatever is cut off here it will go on with.
      LOG.error("Lost the lead");
      Runtime.getRuntime().halt(1);
    }
  }
}
