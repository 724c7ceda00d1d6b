package dev.pgdb.demo;

import java.time.Duration;

/**
 * Ends the demo when a step takes longer than it can take, and when Maven is gone, however it went.
 * What the demo had started ends with this JVM.
 */
final class Watchdog {
  private final Screen screen;
  private volatile String step = "";
  private volatile long end = Long.MAX_VALUE;

  private Watchdog(Screen screen) {
    this.screen = screen;
  }

  static Watchdog start(Screen screen) {
    var watchdog = new Watchdog(screen);
    Thread.ofPlatform().daemon().name("watchdog").start(watchdog::watch);
    return watchdog;
  }

  /** What is done from now on, and how long that may take. */
  void allow(String step, Duration limit) {
    this.step = step;
    this.end = System.nanoTime() + limit.toNanos();
  }

  /** From now on, only the end of Maven is an end. */
  void rest() {
    end = Long.MAX_VALUE;
  }

  private void watch() {
    var maven = ProcessHandle.current().parent();
    while (maven.isEmpty() || maven.get().isAlive()) {
      if (isOverdue()) {
        Failing.say(screen, step + " took too long");
        Runtime.getRuntime().halt(Failing.EXIT_CODE);
      }
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        return;
      }
    }
    Runtime.getRuntime().halt(1);
  }

  private boolean isOverdue() {
    return end != Long.MAX_VALUE && System.nanoTime() - end > 0;
  }
}
