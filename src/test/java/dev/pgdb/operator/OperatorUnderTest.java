package dev.pgdb.operator;

import dev.pgdb.install.ChartServiceAccount;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import java.time.Clock;
import java.time.Duration;
import java.util.Set;

/**
 * The operator in this JVM, on the shared control plane, for all tests that do not kill it. It has
 * the rights that the chart gives it.
 */
final class OperatorUnderTest {
  private static boolean running;

  private OperatorUnderTest() {}

  /** The shared control plane with the CRDs, and an operator that watches it. */
  static synchronized ControlPlane start() {
    ControlPlane cluster = withCrds();
    if (!running) {
      new PgdbOperator(
              ChartServiceAccount.on(cluster).client(),
              new OperatorConfiguration(Set.of(), false, 0, Duration.ofMinutes(10), 10),
              Clock.systemUTC())
          .start();
      running = true;
    }
    return cluster;
  }

  /** The shared control plane with the CRDs, for tests that run an operator of their own. */
  static synchronized ControlPlane withCrds() {
    ControlPlane cluster = ControlPlane.shared();
    Crds.install(cluster.client());
    return cluster;
  }
}
