package dev.pgdb.demo;

import dev.pgdb.testbed.ReconnectingClients;
import java.util.List;
import java.util.Map;

/** What clients were told when they asked for a session. */
record Refusals(Map<String, Long> byState) {
  private static final Map<String, String> MEANING =
      Map.of(
          "42501", "no CONNECT privilege",
          "55000", "the database does not accept connections",
          "3D000", "the database does not exist",
          "57P01", "terminated while connecting");

  static Refusals of(ReconnectingClients clients) {
    return new Refusals(clients.refusals());
  }

  long total() {
    return byState.values().stream().mapToLong(Long::longValue).sum();
  }

  /** One line for each SQLSTATE. */
  List<String> lines() {
    return byState.entrySet().stream()
        .map(
            refused ->
                "%,9d times  %s  %s"
                    .formatted(
                        refused.getValue(),
                        refused.getKey(),
                        MEANING.getOrDefault(refused.getKey(), ""))
                    .stripTrailing())
        .toList();
  }
}
