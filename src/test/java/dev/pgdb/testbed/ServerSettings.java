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
          "autovacuum", "off", // a test is to see its workers where it is about them
          "fsync", "on"); // a DROP that waits for the disk is part of what is tested

  private ServerSettings() {}

  static Map<String, String> of(String release) {
    if (!release.equals("9.6")) {
      return ALL;
    }
    var known = new HashMap<>(ALL);
    known.remove("max_logical_replication_workers"); // since 10
    return known;
  }
}
