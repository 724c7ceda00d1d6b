package dev.pgdb.postgres.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.Reason;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whoever reads a reason or a blocker in a status finds it in docs/troubleshooting.md. */
class TroubleshootingTest {
  private static final Path DOCUMENT = Path.of("docs/troubleshooting.md");

  @Test
  void hasAnEntryForEveryReason() throws IOException {
    assertThat(entries()).containsAll(Arrays.stream(Reason.values()).map(Reason::text).toList());
  }

  @Test
  void hasAnEntryForEveryTypeOfBlocker() throws Exception {
    for (Class<?> blocker : Blocker.class.getPermittedSubclasses()) {
      assertThat(entries()).contains(typeOf(blocker));
    }
  }

  private static List<String> entries() throws IOException {
    try (var lines = Files.lines(DOCUMENT)) {
      return lines
          .filter(line -> line.startsWith("### "))
          .flatMap(line -> Arrays.stream(line.substring(4).split(", ")))
          .toList();
    }
  }

  /** A type does not depend on what a blocker is made of. */
  private static String typeOf(Class<?> blocker) throws ReflectiveOperationException {
    Constructor<?> constructor = blocker.getDeclaredConstructors()[0];
    Object[] nothing =
        Arrays.stream(constructor.getParameterTypes())
            .map(TroubleshootingTest::nothing)
            .toArray(Object[]::new);
    return ((Blocker) constructor.newInstance(nothing)).type();
  }

  private static @Nullable Object nothing(Class<?> type) {
    return type == boolean.class ? (Object) false : type == int.class ? (Object) 0 : null;
  }
}
