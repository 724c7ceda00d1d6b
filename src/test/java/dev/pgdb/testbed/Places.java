package dev.pgdb.testbed;

import java.nio.file.Path;

/**
 * Where the test bed finds and keeps things. Maven sets basedir; a program that runs elsewhere may
 * set it too.
 */
final class Places {
  private Places() {}

  static Path project() {
    return Path.of(System.getProperty("basedir", System.getProperty("user.dir"))).toAbsolutePath();
  }

  static Path controlPlaneModule() {
    return project().resolve("src/test/control-plane");
  }

  static Path postgresBinaries() {
    var named = System.getProperty("pgdb.test.postgres.binaries");
    return named == null ? project().resolve("target/postgres") : Path.of(named).toAbsolutePath();
  }

  static Path controlPlaneCache() {
    var caches = System.getenv("XDG_CACHE_HOME");
    return (caches == null || caches.isBlank() ? home().resolve(".cache") : Path.of(caches))
        .resolve("pgdb/control-plane");
  }

  /** The folder of fabric8's kube-api-test, as its own settings name it. */
  static Path kubeApiTest() {
    var named = System.getenv("KUBE_API_TEST_DIR");
    return named == null || named.isBlank() ? home().resolve(".kubeapitest") : Path.of(named);
  }

  private static Path home() {
    // The environment first, as shells do: a test of a fresh machine sets HOME, and user.home does
    // not follow it.
    var home = System.getenv("HOME");
    return Path.of(home == null || home.isBlank() ? System.getProperty("user.home") : home);
  }
}
