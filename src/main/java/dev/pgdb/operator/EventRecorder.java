package dev.pgdb.operator;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.EventBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectReferenceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the story of a resource in Events. Nobody waits for them, and one that cannot be written,
 * as in a namespace that is being deleted, stops nothing.
 */
final class EventRecorder {
  private static final Logger LOG = LoggerFactory.getLogger(EventRecorder.class);

  private static final int LONGEST_NAME = 253;

  /** The note of an Event of events.k8s.io is no longer. */
  private static final int LONGEST_MESSAGE = 1024;

  private final KubernetesClient client;
  private final ExecutorService thread;
  private final Clock clock;
  private final AtomicLong latest = new AtomicLong();

  /**
   * @param thread writes the Events, in the order in which they are recorded
   */
  EventRecorder(KubernetesClient client, ExecutorService thread, Clock clock) {
    this.client = client;
    this.thread = thread;
    this.clock = clock;
  }

  void normal(HasMetadata about, EventReason reason, String message) {
    record(event(about, "Normal", reason.text(), message));
  }

  void warning(HasMetadata about, EventReason reason, String message) {
    record(event(about, "Warning", reason.text(), message));
  }

  /**
   * A condition has become bad.
   *
   * @param reason the condition's
   */
  void stalled(HasMetadata about, String reason, String message) {
    record(event(about, "Warning", reason, message));
  }

  private void record(Event event) {
    thread.execute(
        () -> {
          try {
            client.resource(event).create();
          } catch (KubernetesClientException e) {
            LOG.atDebug()
                .addKeyValue("reason", event.getReason())
                .addKeyValue("cause", e.getMessage())
                .log("Event not written");
          }
        });
  }

  private Event event(HasMetadata about, String type, String reason, String message) {
    Instant at = clock.instant();
    String now = at.truncatedTo(ChronoUnit.SECONDS).toString();
    var metadata = about.getMetadata();
    return new EventBuilder()
        .withNewMetadata()
        .withName(name(metadata.getName(), at))
        .withNamespace(metadata.getNamespace())
        .endMetadata()
        .withInvolvedObject(
            new ObjectReferenceBuilder()
                .withApiVersion(about.getApiVersion())
                .withKind(about.getKind())
                .withNamespace(metadata.getNamespace())
                .withName(metadata.getName())
                .withUid(metadata.getUid())
                .build())
        .withType(type)
        .withReason(reason)
        .withMessage(shortened(message))
        .withNewSource()
        .withComponent("pgdb")
        .endSource()
        .withReportingComponent("pgdb")
        .withFirstTimestamp(now)
        .withLastTimestamp(now)
        .withCount(1)
        .build();
  }

  private static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE - 1) + "…";
  }

  /**
   * As Kubernetes' own components name Events. They are listed by name, and their times know
   * seconds only: so those of one resource stand in the order in which they came about.
   */
  private String name(String resource, Instant at) {
    long nanos = TimeUnit.SECONDS.toNanos(at.getEpochSecond()) + at.getNano();
    long unique = latest.updateAndGet(last -> Math.max(last + 1, nanos));
    String suffix = "." + Long.toHexString(unique);
    int room = LONGEST_NAME - suffix.length();
    return resource.substring(0, Math.min(room, resource.length())) + suffix;
  }
}
