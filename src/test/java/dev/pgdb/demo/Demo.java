package dev.pgdb.demo;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Deletes a database that fifty clients reconnect to without a pause, with the real kubectl, the
 * real operator, a real API server and a real PostgreSQL: {@code ./mvnw -Pdemo}.
 */
public final class Demo {
  /** As long as building Kubernetes on a slow machine takes. */
  private static final Duration PREPARATION = Duration.ofMinutes(60);

  private static final Duration STEP = Duration.ofMinutes(2);

  private final Screen screen = new Screen();
  private final Watchdog watchdog = Watchdog.start(screen);
  private final String release = System.getProperty("demo.postgres", "18");
  private final boolean keep = Boolean.getBoolean("demo.keep");

  private Demo() {}

  public static void main(String[] args) throws IOException {
    Failing.forget();
    System.exit(new Demo().run());
  }

  private int run() {
    screen.takeOverStandardOutput();
    screen.title("pgdb: kubectl delete of a PostgreSQL database that 50 clients do not let go of");
    try {
      show();
      return 0;
    } catch (DemoFailure e) {
      Failing.say(screen, e.sentence());
    } catch (Exception | AssertionError e) {
      Failing.say(screen, e.toString());
    }
    return Failing.EXIT_CODE;
  }

  private void show() throws Exception {
    screen.step("A PostgreSQL server and a Kubernetes API server");
    watchdog.allow("starting the servers", PREPARATION);
    if (!TestPostgres.RELEASES.contains(release)) {
      throw new DemoFailure(
          "-Ddemo.postgres=%s must be one of %s".formatted(release, TestPostgres.RELEASES));
    }
    try (var postgres = TestPostgres.shared(release);
        var cluster = ControlPlane.shared()) {
      var scenes = new Scenes(screen, postgres, cluster);
      scenes.introduceServers();
      screen.step("The operator, as a process of its own");
      watchdog.allow("starting the operator", STEP);
      try (var operator = scenes.startOperator()) {
        screen.step("A PostgresServer and a PostgresDatabase");
        watchdog.allow("creating the database", STEP);
        scenes.createDatabase(operator);
        screen.step("Clients that reconnect at once when they lose their session");
        watchdog.allow("connecting the clients", STEP);
        try (var clients = scenes.startClients()) {
          screen.step("The deletion");
          watchdog.allow("deleting the database", STEP);
          new DeletionScene(screen, postgres, cluster).play(operator, clients);
          if (keep) {
            watchdog.allow("creating the database again", STEP);
            scenes.leaveForPlaying(operator);
            watchdog.rest();
            new CountDownLatch(1).await(); // until Ctrl-C
          }
          watchdog.allow("stopping", STEP);
        }
      }
    }
  }
}
