package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;

/** Counts deletions, and how long people waited for them. */
final class DeletionMetrics {
  private final Counter dropped;
  private final Counter released;
  private final Counter sessionsTerminated;
  private final Timer duration;
  private final Clock clock;

  DeletionMetrics(MeterRegistry registry, Clock clock) {
    this.clock = clock;
    dropped = ended(registry, "dropped");
    released = ended(registry, "released");
    sessionsTerminated =
        Counter.builder("pgdb.sessions.terminated")
            .description("Sessions that deletions have told to end.")
            .register(registry);
    duration =
        Timer.builder("pgdb.deletion.duration")
            .description("From the DELETE of a resource to the end of its database.")
            .serviceLevelObjectives(
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                Duration.ofMinutes(5),
                Duration.ofHours(1))
            .register(registry);
  }

  private static Counter ended(MeterRegistry registry, String result) {
    return Counter.builder("pgdb.deletions")
        .tag("result", result)
        .description("Deletions that have ended: the database dropped, or let go as it is.")
        .register(registry);
  }

  void terminated(int sessions) {
    sessionsTerminated.increment(sessions);
  }

  void dropped(PostgresDatabase database) {
    dropped.increment();
    Instant asked = Instant.parse(database.getMetadata().getDeletionTimestamp());
    duration.record(Duration.between(asked, clock.instant()));
  }

  void released() {
    released.increment();
  }
}
