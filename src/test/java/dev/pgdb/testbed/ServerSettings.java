package dev.pgdb.testbed;

import java.util.HashMap;
import java.util.Map;

/** What the tests need of every server they start. */
final class ServerSettings {
  static final Map<String, String> ALL =
      Map.of(
          "max_connections", "250",
          "wal_level", "logical",
          "max_prepared_transactions", "50",
          "max_replication_slots", "20",
          "max_wal_senders", "20",
          "max_worker_processes", "64",
          "max_logical_replication_workers", "20",
          "fsync", "on"); // a DROP that waits for the disk is part of what is tested

  private ServerSettings() {}

  static Map<String, String> of(String release) {
    if (!release.equals("9.6")) {
      return ALL;
    }
    var known = new HashMap<>(ALL);
    known.remove("max_logical_replication_workers"); // since 10
    // Its workers look like sessions of a superuser, and a test may be told of one at any time.
    known.put("autovacuum", "off");
    return known;
  }
}
