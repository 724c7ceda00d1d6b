package dev.pgdb.postgres.deletion;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;

/** Right time, and on one of the occasions somebody asks for it, something happens besides. */
final class InterferingClock extends Clock {
  private Callable<?> interference = () -> null;
  private int left = -1;
  private final Thread thread = Thread.currentThread();

  /**
   * @param occasion 0 is the next time that this thread asks
   */
  void interfereAt(int occasion, Callable<?> interference) {
    this.left = occasion;
    this.interference = interference;
  }

  /** Whether it was asked so often that it has interfered. */
  boolean hasInterfered() {
    return left < 0;
  }

  @Override
  public Instant instant() {
    if (Thread.currentThread().equals(thread) && left >= 0 && left-- == 0) {
      try {
        interference.call();
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    }
    return Instant.now();
  }

  @Override
  public ZoneId getZone() {
    return ZoneOffset.UTC;
  }

  @Override
  public Clock withZone(ZoneId zone) {
    throw new UnsupportedOperationException();
  }
}
