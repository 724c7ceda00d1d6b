package dev.pgdb.testbed;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The ways to get one component, in their order: the first that works wins, and the choice is
 * printed.
 */
record Providers<T>(String component, String property, List<Way<T>> inOrder) {

  private static final Set<String> SAID = ConcurrentHashMap.newKeySet();

  record Way<T>(String name, Attempt<T> attempt) {}

  interface Attempt<T> {
    /** Must fail within seconds where it cannot work, with a message that says why. */
    T start() throws Exception;
  }

  /** This provider cannot work here, and the message says why. */
  static final class Unavailable extends Exception {
    Unavailable(String why) {
      super(why);
    }
  }

  record Chosen<T>(String name, T value) {}

  Chosen<T> choose() {
    var forced = System.getProperty(property);
    var candidates =
        inOrder.stream().filter(p -> forced == null || p.name().equals(forced)).toList();
    if (candidates.isEmpty()) {
      throw new IllegalArgumentException(
          "-D%s=%s: write one of %s"
              .formatted(property, forced, inOrder.stream().map(Way::name).distinct().toList()));
    }
    var passedOver = new ArrayList<String>();
    Exception lastFailure = null;
    for (var way : candidates) {
      try {
        var value = way.attempt().start();
        say("Test bed: %s from %s%s".formatted(component, value, why(passedOver)));
        return new Chosen<>(way.name(), value);
      } catch (IllegalArgumentException e) {
        throw e; // what the user named does not work: to test with something else would hide that
      } catch (Exception e) {
        passedOver.add(way.name() + ": " + firstLine(e));
        lastFailure = e;
      }
    }
    throw new IllegalStateException(
        "No %s for the tests%s".formatted(component, why(passedOver)), lastFailure);
  }

  private static void say(String choice) {
    if (SAID.add(choice)) {
      System.out.println(choice);
    }
  }

  private static String why(List<String> passedOver) {
    return passedOver.isEmpty() ? "" : " (passed over: " + String.join("; ", passedOver) + ")";
  }

  private static String firstLine(Exception failure) {
    @Nullable String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
