package dev.pgdb.testbed;

import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** What befalls the clients, by SQLSTATE. */
final class ClientCounts {
  private static final String NO_STATE = "no SQLSTATE";

  private final LongAdder attempts = new LongAdder();
  private final Map<String, LongAdder> refusals = new ConcurrentHashMap<>();
  private final Map<String, LongAdder> losses = new ConcurrentHashMap<>();

  void attempted() {
    attempts.increment();
  }

  void refused(SQLException why) {
    count(refusals, why);
  }

  void lost(SQLException why) {
    count(losses, why);
  }

  long attempts() {
    return attempts.sum();
  }

  Map<String, Long> refusals() {
    return copy(refusals);
  }

  Map<String, Long> losses() {
    return copy(losses);
  }

  private static void count(Map<String, LongAdder> by, SQLException why) {
    var state = why.getSQLState();
    by.computeIfAbsent(state == null ? NO_STATE : state, s -> new LongAdder()).increment();
  }

  private static Map<String, Long> copy(Map<String, LongAdder> counted) {
    var sums = new TreeMap<String, Long>();
    counted.forEach((state, count) -> sums.put(state, count.sum()));
    return sums;
  }
}
