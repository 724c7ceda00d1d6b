package dev.pgdb.testbed;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

final class Deadline {
  private Deadline() {}

  /** The result, or an exception when it takes longer; what still runs then is left to itself. */
  static <T> T within(Duration limit, Callable<T> work) throws Exception {
    var task = new FutureTask<>(work);
    Thread.ofPlatform().daemon().start(task);
    try {
      return task.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      task.cancel(true);
      throw new Providers.Unavailable("no answer within " + limit.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw e.getCause() instanceof Exception cause ? cause : e;
    }
  }
}
