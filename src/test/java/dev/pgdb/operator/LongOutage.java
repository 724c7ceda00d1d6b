package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;

import dev.pgdb.api.ConditionType;
import dev.pgdb.api.PostgresServer;
import dev.pgdb.testbed.ControlPlane;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.awaitility.Awaitility;

/** A server that is away for longer than a test can wait. */
final class LongOutage {
  private static final Duration SOON = Duration.ofMinutes(2);

  private LongOutage() {}

  /** Waits until a server is not ready, and makes it so that it has not been for an hour. */
  static void of(String server, Tenant tenant, ControlPlane cluster) {
    Awaitility.await(server + " is not ready")
        .atMost(SOON)
        .until(
            () ->
                tenant
                    .serverCondition(server)
                    .filter(ready -> ready.getStatus().equals("False"))
                    .isPresent());
    cluster
        .client()
        .resources(PostgresServer.class)
        .inNamespace(tenant.namespace())
        .withName(server)
        .editStatus(
            found -> {
              Conditions.find(requireNonNull(found.getStatus()).conditions(), ConditionType.READY)
                  .orElseThrow()
                  .setLastTransitionTime(
                      Instant.now().minusSeconds(3600).truncatedTo(ChronoUnit.SECONDS).toString());
              return found;
            });
  }
}
