package dev.pgdb.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The times of one contestant. */
final class Series {
  private final List<Duration> times = new ArrayList<>();

  void add(Duration time) {
    times.add(time);
  }

  int size() {
    return times.size();
  }

  double median() {
    List<Duration> sorted = sorted();
    int middle = sorted.size() / 2;
    double upper = millis(sorted.get(middle));
    return sorted.size() % 2 == 1 ? upper : (millis(sorted.get(middle - 1)) + upper) / 2;
  }

  /** Median, minimum and maximum, as cells of a table. */
  String cells() {
    List<Duration> sorted = sorted();
    return String.format(
        Locale.ROOT,
        "%.0f | %.0f | %.0f",
        median(),
        millis(sorted.getFirst()),
        millis(sorted.getLast()));
  }

  private List<Duration> sorted() {
    return times.stream().sorted().toList();
  }

  private static double millis(Duration time) {
    return time.toNanos() / 1e6;
  }
}
