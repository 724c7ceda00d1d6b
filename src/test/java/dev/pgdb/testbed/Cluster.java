package dev.pgdb.testbed;

import java.nio.file.Path;
import java.util.Optional;

/**
 * A Kubernetes API server that some provider found or started. Its toString is what the test bed
 * prints.
 */
interface Cluster extends AutoCloseable {
  /** With the rights of an administrator, for kubectl and child processes as well. */
  Path kubeconfig();

  /** The kubectl that came with it. */
  default Optional<Path> kubectl() {
    return Optional.empty();
  }

  @Override
  void close();
}
