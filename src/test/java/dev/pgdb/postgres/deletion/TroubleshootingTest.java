package dev.pgdb.postgres.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.Reason;
import java.io.IOException;
import java.lang.reflect.Constructor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Whoever reads a reason or a blocker in a status finds it in docs/troubleshooting.md. */
class TroubleshootingTest {
  private static final Path DOCUMENT = Path.of("docs/troubleshooting.md");

  /** Of these, nothing is to be done. */
  private static final Set<Reason> NOBODY_IS_NEEDED =
      EnumSet.of(
          Reason.AVAILABLE,
          Reason.RECONCILE_COMPLETE,
          Reason.PROGRESSING,
          Reason.CONNECTING,
          Reason.CREATING,
          Reason.TERMINATING,
          Reason.REVOKING_CONNECT,
          Reason.CONNECT_REVOKED,
          Reason.TERMINATING_SESSIONS,
          Reason.SESSIONS_LEFT,
          Reason.NO_SESSIONS,
          Reason.DROP_PENDING,
          Reason.DROPPING);

  private static final Pattern SENTENCE = Pattern.compile("[A-Z`][^.]+ [^.]+[.:]");

  /** A field, a command, a statement, or where more is said. */
  private static final Pattern WHAT_TO_WRITE = Pattern.compile("`[^`]+`|]\\([a-z-]+\\.md");

  private static final Pattern WHAT_TO_TYPE =
      Pattern.compile(
          "`(?:SELECT|GRANT|ALTER|DROP|COMMIT|ROLLBACK|kill|kubectl)\\b[^`]*`|`[a-zA-Z.]+: [A-Z]");

  @ParameterizedTest
  @EnumSource
  void saysWhatHasHappenedAndWhatToDo(Reason reason) throws IOException {
    assertThat(entries()).containsKey(reason.text());
    assertThat(entries().get(reason.text())).containsPattern(SENTENCE);
    if (!NOBODY_IS_NEEDED.contains(reason)) {
      assertThat(entries().get(reason.text())).containsPattern(WHAT_TO_WRITE);
    }
  }

  static List<Class<?>> blockers() {
    return List.of(Blocker.class.getPermittedSubclasses());
  }

  @ParameterizedTest
  @MethodSource("blockers")
  void saysWhatStandsInTheWayAndHowToEndIt(Class<?> blocker) throws Exception {
    String type = typeOf(blocker);

    assertThat(entries()).containsKey(type);
    assertThat(entries().get(type)).containsPattern(SENTENCE).containsPattern(WHAT_TO_TYPE);
  }

  /** What stands below each heading; one heading may be that of several reasons. */
  private static Map<String, String> entries() throws IOException {
    var entries = new HashMap<String, String>();
    for (String part : Files.readString(DOCUMENT).split("(?m)^##+ ", -1)) {
      String[] heading = part.split("\n", 2);
      for (String word : heading[0].split(", ", -1)) {
        entries.put(word, heading[1].strip());
      }
    }
    return entries;
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
