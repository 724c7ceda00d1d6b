package dev.pgdb.postgres.deletion;

import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Threads before one of whose tasks something else happens, once. */
final class InterferingThreads extends ThreadPoolExecutor {
  private final AtomicReference<@Nullable Callable<?>> interference = new AtomicReference<>();

  InterferingThreads() {
    super(0, Integer.MAX_VALUE, 1, TimeUnit.SECONDS, new SynchronousQueue<>());
  }

  void interfereBeforeTheNextTask(Callable<?> what) {
    interference.set(what);
  }

  @Override
  protected void beforeExecute(Thread thread, Runnable task) {
    try {
      Objects.requireNonNullElse(interference.getAndSet(null), () -> null).call();
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }
}
