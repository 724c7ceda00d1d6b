package dev.pgdb.bench;

import static java.util.Objects.requireNonNull;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * How often each kind of resource was written, as the API server counts it. What is deleted is left
 * out: pgdb deletes nothing, Kubernetes' garbage collector does.
 */
record ApiWrites(Map<String, Long> byResource) {
  private static final Pattern REQUESTS =
      Pattern.compile(
          "apiserver_request_total\\{code=\"2..\"[^}]*,resource=\"(postgresdatabases|postgresservers|secrets|events)\"[^}]*verb=\"(?:POST|PUT|PATCH|APPLY)\"[^}]*\\}"
              + " (\\S+)");

  static ApiWrites now(KubernetesClient client) {
    Map<String, Long> counts = new TreeMap<>();
    REQUESTS
        .matcher(requireNonNull(client.raw("/metrics")))
        .results()
        .forEach(
            found ->
                counts.merge(found.group(1), (long) Double.parseDouble(found.group(2)), Long::sum));
    return new ApiWrites(counts);
  }

  /** What has been written since, without what somebody else wrote of the databases. */
  ApiWrites since(ApiWrites before, int others) {
    Map<String, Long> more = new TreeMap<>();
    byResource.forEach(
        (resource, count) ->
            more.put(
                resource,
                count
                    - before.byResource.getOrDefault(resource, 0L)
                    - (resource.equals("postgresdatabases") ? others : 0)));
    return new ApiWrites(more);
  }

  long total() {
    return byResource.values().stream().mapToLong(Long::longValue).sum();
  }
}
