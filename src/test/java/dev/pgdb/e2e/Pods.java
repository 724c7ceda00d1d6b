package dev.pgdb.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;

/** The pods of pgdb. */
record Pods(KubernetesClient client, String namespace) {
  private static final Pattern STARTED =
      Pattern.compile("(?m)^process_start_time_seconds(?:\\{})? (\\S+)");

  List<Pod> all() {
    return client
        .pods()
        .inNamespace(namespace)
        .withLabel("app.kubernetes.io/component", "operator")
        .list()
        .getItems();
  }

  List<Pod> ready() {
    return all().stream()
        .filter(pod -> pod.getMetadata().getDeletionTimestamp() == null)
        .filter(
            pod ->
                pod.getStatus().getConditions().stream()
                    .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")))
        .toList();
  }

  /** The name of the one that holds the lease. */
  Optional<String> leader() {
    var lease = client.leases().inNamespace(namespace).withName("pgdb").get();
    String holder = lease == null ? null : lease.getSpec().getHolderIdentity();
    return all().stream()
        .map(pod -> pod.getMetadata().getName())
        .filter(name -> holder != null && holder.startsWith(name))
        .findFirst();
  }

  /** How much memory and time each of them has taken, in a line for people. */
  String costs() throws IOException {
    var lines = new StringBuilder();
    for (Pod pod : ready()) {
      lines.append(
          "%s: resident %s MiB, watching %d ms after the start of the JVM%n"
              .formatted(
                  pod.getMetadata().getName(), residentMegabytes(pod), startUp(pod).toMillis()));
    }
    return lines.toString();
  }

  private Duration startUp(Pod pod) {
    String metrics = proxied(pod, "metrics");
    Matcher started = STARTED.matcher(metrics);
    if (!started.find()) {
      throw new IllegalStateException("no process_start_time_seconds in " + metrics);
    }
    long begun = new BigDecimal(started.group(1)).movePointRight(3).longValue();
    String watching =
        client
            .pods()
            .inNamespace(namespace)
            .withName(pod.getMetadata().getName())
            .usingTimestamps()
            .getLog()
            .lines()
            .filter(line -> line.contains("Watching"))
            .findFirst()
            .orElseThrow();
    return Duration.between(
        Instant.ofEpochMilli(begun), Instant.parse(watching.substring(0, watching.indexOf(' '))));
  }

  private String proxied(Pod pod, String path) {
    return client.raw(
        "/api/v1/namespaces/%s/pods/%s:8080/proxy/%s"
            .formatted(namespace, pod.getMetadata().getName(), path));
  }

  /** As the kubelet sees it. */
  private String residentMegabytes(Pod pod) throws IOException {
    JsonNode summary =
        new ObjectMapper()
            .readTree(
                client.raw(
                    "/api/v1/nodes/" + pod.getSpec().getNodeName() + "/proxy/stats/summary"));
    return StreamSupport.stream(summary.at("/pods").spliterator(), false)
        .filter(one -> one.at("/podRef/uid").asText().equals(pod.getMetadata().getUid()))
        .map(one -> one.at("/containers/0/memory"))
        .map(
            memory ->
                "%d (working set %d)"
                    .formatted(
                        memory.at("/rssBytes").asLong() >> 20,
                        memory.at("/workingSetBytes").asLong() >> 20))
        .findFirst()
        .orElse("?");
  }
}
