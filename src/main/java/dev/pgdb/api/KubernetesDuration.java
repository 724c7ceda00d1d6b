package dev.pgdb.api;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;

/** Durations in the form that Kubernetes APIs use, such as {@code 1h30m} or {@code 500ms}. */
final class KubernetesDuration {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,5}(h|ms|m|s)){1,4}");
  private static final Pattern PART = Pattern.compile("([0-9]+)(h|ms|m|s)");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "h", Duration.ofHours(1),
          "m", Duration.ofMinutes(1),
          "s", Duration.ofSeconds(1),
          "ms", Duration.ofMillis(1));

  private KubernetesDuration() {}

  static Duration parse(String text) {
    if (!FORM.matcher(text).matches()) {
      throw new IllegalArgumentException("not a duration such as 30s or 1h30m: " + text);
    }
    return PART.matcher(text)
        .results()
        .map(
            part ->
                requireNonNull(UNITS.get(part.group(2)))
                    .multipliedBy(Long.parseLong(part.group(1))))
        .reduce(Duration.ZERO, Duration::plus);
  }
}
