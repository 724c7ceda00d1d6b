package dev.pgdb.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.e2e.CommandLine.Result;
import dev.pgdb.testbed.ControlPlane;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The life of an installation on a real node, with the commands that users type. */
class EndToEnd {
  private static final String SYSTEM = "pgdb-system";
  private static final String TENANT = "pgdb-e2e";
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final int CLIENTS = 10;

  private final ControlPlane cluster = ControlPlane.start();
  private final KubernetesClient client = cluster.client();
  private final CommandLine shell = new CommandLine(cluster.kubeconfig());
  private final Pods pods = new Pods(client, SYSTEM);
  private final String image = Objects.requireNonNull(System.getProperty("e2e.image"), "e2e.image");
  private boolean passed;

  /** Everything here is deleted in the end. */
  @BeforeEach
  void isAClusterWithoutPgdb() throws Exception {
    assertThat(shell.attempt("kubectl", "get", "postgresdatabases", "-A", "-o", "name"))
        .as("the tests need a cluster without PostgresDatabases")
        .matches(result -> result.exitCode() != 0 || !result.output().contains("/"));
  }

  @AfterEach
  void cleanUp() throws Exception {
    if (!passed) {
      shell.showWhatThereIs();
    }
    if (!Boolean.getBoolean("e2e.keep")) {
      shell.attempt("kubectl", "delete", "ns", TENANT, "--ignore-not-found", "--timeout=60s");
      shell.attempt("helm", "uninstall", "pgdb", "-n", SYSTEM, "--no-hooks", "--ignore-not-found");
      shell.attempt("kubectl", "delete", "ns", SYSTEM, "--ignore-not-found", "--timeout=60s");
      shell.attempt("kubectl", "delete", "ns", "pgdb-e2e-postgres", "--ignore-not-found");
    }
    cluster.close();
  }

  @Test
  void installsDeletesUpgradesAndUninstalls() throws Exception {
    restrict(SYSTEM);
    restrict(TENANT);
    shell.apply(manifests("postgres.yaml"));

    installsTwoReplicasInRestrictedPods();
    createsDatabases();
    dropsADatabaseThatAPodHoldsWhileTheLeaderGoes();
    upgradesAndGoesBack();
    isUninstalledOnlyWhenNoDatabaseIsLeft();
    passed = true;
  }

  private void installsTwoReplicasInRestrictedPods() throws Exception {
    helm("install");

    assertThat(pods.ready()).hasSize(2);
    await().atMost(PATIENCE).until(() -> pods.leader().isPresent());
    System.out.print(pods.costs());
  }

  private void createsDatabases() throws Exception {
    shell.run("kubectl", "-n", "pgdb-e2e-postgres", "rollout", "status", "deploy/postgres");
    shell.apply(manifests("databases.yaml"));
    for (String name : new String[] {"orders", "bystander"}) {
      kubectl("wait", "postgresdatabase/" + name, "--for=condition=Ready", "--timeout=60s");
    }
    shell.apply(manifests("application.yaml"));
    await("the application is connected")
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> sessions("orders") == CLIENTS);
  }

  private void dropsADatabaseThatAPodHoldsWhileTheLeaderGoes() throws Exception {
    String leader = pods.leader().orElseThrow();
    Process deletion =
        shell.start(
            "kubectl", "-n", TENANT, "delete", "postgresdatabase", "orders", "--timeout=120s");
    kubectl("wait", "postgresdatabase/orders", "--for=condition=ConnectRevoked", "--timeout=60s");

    shell.run("kubectl", "-n", SYSTEM, "delete", "pod", leader, "--wait=false");

    assertThat(deletion.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(deletion.exitValue()).as(CommandLine.output(deletion)).isZero();
    assertThat(psql("SELECT count(*) FROM pg_database WHERE datname = 'orders'")).isEqualTo("0");
    assertThat(psql("SELECT count(*) FROM pg_database WHERE datname = 'bystander'")).isEqualTo("1");
    assertThat(pods.leader()).isPresent().get().isNotEqualTo(leader);
    assertThat(kubectl("logs", "deploy/application", "--tail=1")).contains("FATAL");
    kubectl("delete", "deployment", "application");
  }

  private void upgradesAndGoesBack() throws Exception {
    await().atMost(PATIENCE).until(() -> pods.ready().size() == 2);
    var before = pods.ready().stream().map(pod -> pod.getMetadata().getUid()).toList();

    // As some other user, as on clusters that give each namespace a range of its own.
    helm("upgrade", "--set", "resync=5m", "--set", "podSecurityContext.runAsUser=1000660000");

    assertThat(pods.ready()).hasSize(2);
    assertThat(pods.ready())
        .extracting(pod -> pod.getMetadata().getUid())
        .doesNotContainAnyElementsOf(before);
    shell.run("helm", "rollback", "pgdb", "-n", SYSTEM, "--wait", "--timeout=120s");
    await().atMost(PATIENCE).until(() -> pods.ready().size() == 2);
    kubectl("wait", "postgresdatabase/bystander", "--for=condition=Ready", "--timeout=60s");
  }

  private void isUninstalledOnlyWhenNoDatabaseIsLeft() throws Exception {
    Result refused = helmUninstall();

    assertThat(refused.exitCode()).isNotZero();
    assertThat(refused.output()).contains("pgdb-databases-still-exist");
    assertThat(shell.run("kubectl", "-n", SYSTEM, "logs", "job/pgdb-databases-still-exist"))
        .contains("kubectl delete postgresdatabase -n pgdb-e2e bystander");
    assertThat(pods.ready()).hasSize(2);

    kubectl("delete", "postgresdatabases,postgresservers", "--all", "--timeout=60s");
    helmUninstall().success();

    await().atMost(PATIENCE).until(() -> pods.all().isEmpty());
    assertThat(client.resources(PostgresDatabase.class).inAnyNamespace().list().getItems())
        .isEmpty();
  }

  private void helm(String command, String... more) throws Exception {
    int colon = image.lastIndexOf(':');
    var arguments =
        new ArrayList<>(
            List.of(
                "helm",
                command,
                "pgdb",
                "helm/pgdb",
                "-n",
                SYSTEM,
                "--wait",
                "--timeout=120s",
                "--set",
                "replicas=2",
                "--set",
                "image.repository=" + image.substring(0, colon),
                "--set-string",
                "image.tag=" + image.substring(colon + 1)));
    arguments.addAll(List.of(more));
    shell.run(arguments.toArray(String[]::new));
  }

  private Result helmUninstall() throws Exception {
    return shell.attempt("helm", "uninstall", "pgdb", "-n", SYSTEM, "--wait", "--timeout=120s");
  }

  private String kubectl(String... arguments) throws Exception {
    var command = new ArrayList<>(List.of("kubectl", "-n", TENANT));
    command.addAll(List.of(arguments));
    return shell.run(command.toArray(String[]::new));
  }

  private long sessions(String database) throws Exception {
    return Long.parseLong(
        psql("SELECT count(*) FROM pg_stat_activity WHERE datname = '" + database + "'"));
  }

  private String psql(String query) throws Exception {
    return shell
        .run(
            "kubectl",
            "-n",
            "pgdb-e2e-postgres",
            "exec",
            "deploy/postgres",
            "--",
            "env",
            "PGPASSWORD=not-a-secret",
            "psql",
            "-h",
            "127.0.0.1",
            "-U",
            "postgres",
            "-Atc",
            query)
        .strip();
  }

  private void restrict(String namespace) throws Exception {
    shell.apply(
        """
        apiVersion: v1
        kind: Namespace
        metadata: {name: %s, labels: {pod-security.kubernetes.io/enforce: restricted}}
        """
            .formatted(namespace));
  }

  private static String manifests(String name) throws IOException {
    return Files.readString(Path.of("src/test/resources/e2e", name))
        .replace("IMAGE", System.getProperty("e2e.postgres", "postgres:18"));
  }
}
