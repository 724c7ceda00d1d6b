package dev.pgdb.demo;

import dev.pgdb.testbed.ClientKind;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.time.Duration;

/** What comes before the deletion, in its order. */
final class Scenes {
  /** As the sample manifest names it. */
  static final String DATABASE = "orders";

  private static final int CLIENTS = 50;
  private static final Duration SOON = Duration.ofSeconds(60);

  private final Screen screen;
  private final TestPostgres server;
  private final ControlPlane cluster;
  private final Postgres postgres;
  private final Kubectl kubectl;

  Scenes(Screen screen, TestPostgres server, ControlPlane cluster) {
    this.screen = screen;
    this.server = server;
    this.cluster = cluster;
    this.postgres = new Postgres(server, screen);
    this.kubectl = new Kubectl(cluster, screen);
  }

  void introduceServers() throws Exception {
    String version = cluster.client().getKubernetesVersion().getGitVersion();
    screen.entry("PostgreSQL", postgres.version() + " at " + server.host() + ":" + server.port());
    screen.entry("Kubernetes", version + " at " + cluster.client().getMasterUrl());
  }

  OperatorJar startOperator() throws Exception {
    kubectl.run("apply", "-f", "crds", "-f", "deploy/admission-policy.yaml");
    kubectl.ask("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
    screen.command("$", OperatorJar.COMMAND);
    var operator = OperatorJar.start(cluster.kubeconfig());
    operator.awaitWatching();
    screen.line("watching; its log is " + operator.log());
    return operator;
  }

  void createDatabase(OperatorJar operator) throws Exception {
    var samples = new Samples(server);
    screen.line("In the samples, host, port and password are replaced by those of this server.");
    kubectl.apply(Samples.SERVER, samples.adapted(Samples.SERVER));
    kubectl.apply(Samples.DATABASE, samples.adapted(Samples.DATABASE));
    var ready = "postgresdatabase/" + DATABASE;
    try {
      kubectl.ask("wait", "--for=condition=Ready", ready, "--timeout=60s");
    } catch (DemoFailure e) {
      operator.checkAlive();
      throw new DemoFailure("the database is not Ready after 60 s: " + kubectl.readyMessage(ready));
    }
    kubectl.run("get", "postgresservers,postgresdatabases");
  }

  ReconnectingClients startClients() throws Exception {
    var clients =
        ReconnectingClients.against(server, DATABASE).mixed(CLIENTS).prepareRoles().start();
    try {
      clients.awaitAllConnected(SOON);
    } catch (AssertionError e) {
      throw new DemoFailure(
          "%d of %d clients are connected after %d s"
              .formatted(clients.connected(), clients.total(), SOON.toSeconds()));
    }
    for (var kind : ClientKind.values()) {
      screen.line("%2d  %s".formatted(clients.connected(kind), way(kind)));
    }
    screen.line(
        "%d of %d connected, half of each kind through a HikariCP pool."
            .formatted(clients.connected(), clients.total()));
    postgres.dropPlainly(DATABASE);
    return clients;
  }

  void leaveForPlaying(OperatorJar operator) throws Exception {
    screen.step("The same database again, to play with; the clients are still running");
    createDatabase(operator);
    screen.command("$", "export KUBECONFIG=" + cluster.kubeconfig());
    screen.command(
        "$",
        "PGPASSWORD='%s' psql -h %s -p %d -U %s postgres"
            .formatted(
                server.password().replace("'", "'\\''"),
                server.host(),
                server.port(),
                server.superuser()));
    screen.success("All of it runs until Ctrl-C.");
  }

  private static String way(ClientKind kind) {
    return switch (kind) {
      case PUBLIC -> "rely on the CONNECT that PUBLIC has";
      case GRANTED -> "have a GRANT CONNECT of their own";
      case OWNER -> "log in as the owner of the database";
      case SUPERUSER -> "are superusers";
    };
  }
}
