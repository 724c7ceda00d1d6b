package dev.pgdb.operator;

import java.time.Duration;
import java.util.Set;

/**
 * How the operator runs.
 *
 * @param namespaces whose resources it looks after; empty means all
 * @param leaderElection whether it waits until no other replica acts
 * @param httpPort of {@code /livez}, {@code /readyz} and {@code /metrics}; 0 picks a free one
 * @param resync how often a resource is looked at when nothing has happened
 * @param concurrency how many resources are worked on at once
 */
public record OperatorConfiguration(
    Set<String> namespaces,
    boolean leaderElection,
    int httpPort,
    Duration resync,
    int concurrency) {

  public OperatorConfiguration {
    namespaces = Set.copyOf(namespaces);
  }
}
