package dev.pgdb.testbed;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is made when it is first asked for. A failure is kept as well: no second try, which
 * may take minutes.
 */
final class Once<T> implements Supplier<T> {
  private final Supplier<T> maker;
  private @Nullable T value;
  private @Nullable RuntimeException failure;

  private Once(Supplier<T> maker) {
    this.maker = maker;
  }

  static <T> Once<T> of(Supplier<T> maker) {
    return new Once<>(maker);
  }

  @Override
  public synchronized T get() {
    if (failure != null) {
      throw new IllegalStateException(failure.getMessage(), failure);
    }
    if (value != null) {
      return value;
    }
    try {
      var made = maker.get();
      value = made;
      return made;
    } catch (RuntimeException e) {
      failure = e;
      throw e;
    }
  }
}
