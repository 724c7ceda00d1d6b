package dev.pgdb.demo;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.Callable;

/** kubectl delete, what the resource says meanwhile, and the proof. */
final class DeletionScene {
  private static final String DATABASE = Scenes.DATABASE;
  private static final Duration SOON = Duration.ofSeconds(10);

  private final Screen screen;
  private final TestPostgres server;
  private final ControlPlane cluster;
  private final Postgres postgres;
  private final Kubectl kubectl;

  DeletionScene(Screen screen, TestPostgres server, ControlPlane cluster) {
    this.screen = screen;
    this.server = server;
    this.cluster = cluster;
    this.postgres = new Postgres(server, screen);
    this.kubectl = new Kubectl(cluster, screen);
  }

  void play(OperatorJar operator, ReconnectingClients clients) throws Exception {
    long oid = postgres.oidOf(DATABASE);
    double seconds = delete(oid, operator, clients);
    showEvents();
    postgres.showGone(DATABASE, oid);
    showRefused(clients);
    screen.success(
        String.format(
            Locale.ROOT,
            "Done in %.1f s: resource and database are gone, and no client gets in.",
            seconds));
  }

  /** Returns how long it took. */
  private double delete(long oid, OperatorJar operator, ReconnectingClients clients)
      throws Exception {
    var timeline = new Timeline(screen, () -> Refusals.of(clients).total());
    var resource =
        cluster
            .client()
            .resources(PostgresDatabase.class)
            .inNamespace("default")
            .withName(DATABASE);
    var watch = resource.watch(timeline);
    try (watch;
        var sessions = new SessionCount(server, oid)) {
      await(timeline::hasSeenTheResource);
      int before = sessions.now();
      Process delete = kubectl.start("delete", "postgresdatabase", DATABASE, "--timeout=60s");
      timeline.begin(before);
      while (delete.isAlive()) {
        operator.checkAlive();
        timeline.sessionsNow(sessions.now());
        Thread.sleep(10);
      }
      double seconds = timeline.seconds();
      boolean deleted = delete.exitValue() == 0 && await(timeline::isOver);
      screen.line("");
      screen.lines(Kubectl.output(delete));
      screen.line(
          String.format(Locale.ROOT, "exit code %d after %.2f s", delete.exitValue(), seconds));
      if (!deleted) {
        operator.checkAlive();
        throw new DemoFailure(
            "kubectl delete did not end well; the resource says: "
                + kubectl.readyMessage("postgresdatabase/" + DATABASE));
      }
      return seconds;
    }
  }

  /** The last of them is written when the resource has gone. */
  private void showEvents() throws Exception {
    String[] events = {
      "get",
      "events",
      "--field-selector=involvedObject.name=" + DATABASE,
      "-o=custom-columns=REASON:.reason,MESSAGE:.message"
    };
    await(() -> kubectl.ask(events).stream().anyMatch(line -> line.startsWith("Dropped ")));
    kubectl.run(events);
  }

  private void showRefused(ReconnectingClients clients) throws Exception {
    boolean all =
        await(() -> clients.connected() == 0 && clients.refusedClients() == clients.total());
    screen.line("");
    screen.line(
        "%d of %d clients refused, %d connected. What they were told:"
            .formatted(clients.refusedClients(), clients.total(), clients.connected()));
    screen.lines(Refusals.of(clients).lines());
    if (!all) {
      throw new DemoFailure("not every client was refused");
    }
  }

  private static boolean await(Callable<Boolean> condition) throws Exception {
    long end = System.nanoTime() + SOON.toNanos();
    boolean holds = condition.call();
    while (!holds && System.nanoTime() < end) {
      Thread.sleep(20);
      holds = condition.call();
    }
    return holds;
  }
}
