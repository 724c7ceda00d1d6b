package dev.pgdb.demo;

import dev.pgdb.api.PostgresDatabase;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.time.Duration;
import java.util.Locale;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Prints what the resource says of its deletion, and how many sessions the server has: one line for
 * each change.
 */
final class Timeline implements Watcher<PostgresDatabase> {
  private static final String FORM = "%9s  %-20s %-9s %-11s %-9s %9s %11s %11s";

  /** Counts change all the time; a line for each would say nothing more. */
  private static final Duration BETWEEN_COUNTS = Duration.ofMillis(250);

  private final Screen screen;
  private final LongSupplier refusals;
  private long refusalsBefore;
  private long began;
  private @Nullable Progress latest;
  private @Nullable Progress shown;
  private int sessions;
  private long shownAt;

  Timeline(Screen screen, LongSupplier refusals) {
    this.screen = screen;
    this.refusals = refusals;
  }

  /** Draws what is so before the deletion, and counts from now on. */
  synchronized void begin(int sessionsNow) {
    began = System.nanoTime();
    refusalsBefore = refusals.getAsLong();
    sessions = sessionsNow;
    row("", "", "Connect", "Sessions", "", "sessions", "sessions", "reconnects");
    row("seconds", "STATUS", "Revoked", "Terminated", "Dropped", "left", "terminated", "refused");
    var now = latest;
    if (now != null) {
      show(now);
    }
  }

  @Override
  public synchronized void eventReceived(Action action, PostgresDatabase database) {
    var now = action == Action.DELETED ? Progress.GONE : Progress.of(database);
    latest = now;
    if (shown != null && !now.isSameStageAs(shown)) {
      show(now);
    }
  }

  synchronized boolean hasSeenTheResource() {
    return latest != null;
  }

  synchronized boolean isOver() {
    return Progress.GONE.equals(shown);
  }

  /** How many sessions the server itself has in the database now. */
  synchronized void sessionsNow(int count) {
    boolean changed = count != sessions;
    sessions = count;
    var now = latest;
    if (now != null
        && !isOver()
        && (changed || !now.equals(shown))
        && System.nanoTime() - shownAt > BETWEEN_COUNTS.toNanos()) {
      show(now);
    }
  }

  double seconds() {
    return (System.nanoTime() - began) / 1e9;
  }

  private void show(Progress progress) {
    shown = progress;
    shownAt = System.nanoTime();
    row(
        String.format(Locale.ROOT, "%.2f", seconds()),
        progress.status(),
        progress.connectRevoked(),
        progress.sessionsTerminated(),
        progress.dropped(),
        sessions,
        progress.terminated(),
        refusals.getAsLong() - refusalsBefore);
  }

  private void row(Object... cells) {
    screen.line(FORM.formatted(cells));
  }

  @Override
  public void onClose(WatcherException cause) {
    screen.aside("the watch ended: " + cause.getMessage());
  }
}
