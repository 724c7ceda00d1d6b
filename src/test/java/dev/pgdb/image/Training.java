package dev.pgdb.image;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Reaper;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** pgdb doing once what it is there for, on servers of the test bed. */
final class Training implements AutoCloseable {
  private static final int PORT = 18_080;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final KubernetesClient client;
  private final Process process;

  private Training(KubernetesClient client, Process process) {
    this.client = client;
    this.process = process;
  }

  static Training start(Path java, Path options) throws IOException {
    ControlPlane cluster = ControlPlane.shared();
    for (String kind : List.of("postgresservers", "postgresdatabases")) {
      var crd =
          cluster
              .client()
              .apiextensions()
              .v1()
              .customResourceDefinitions()
              .load(new File("crds/" + kind + ".pgdb.dev-v1.yml"))
              .item();
      cluster.client().resource(crd).serverSideApply();
    }
    var builder =
        new ProcessBuilder(
                java.toString(),
                "@" + options,
                "dev.pgdb.cli.Pgdb",
                "run",
                "--leader-election",
                "--http-port",
                String.valueOf(PORT))
            .redirectErrorStream(true)
            .redirectOutput(options.resolveSibling("training.log").toFile());
    builder.environment().put("KUBECONFIG", cluster.kubeconfig().toString());
    return new Training(cluster.client(), Reaper.watch(builder.start()));
  }

  void createAndDelete() throws IOException {
    Awaitility.await("ready").atMost(PATIENCE).until(() -> get("/readyz") == 200);
    var postgres = TestPostgres.shared("18");
    String manifests =
        Files.readString(Path.of("src/main/image/training.yaml"))
            .replace("PORT", String.valueOf(postgres.port()))
            .replace("USERNAME", postgres.superuser())
            .replace("PASSWORD", postgres.password());
    client
        .load(new ByteArrayInputStream(manifests.getBytes(StandardCharsets.UTF_8)))
        .inNamespace("default")
        .serverSideApply();
    Resource<PostgresDatabase> database =
        client.resources(PostgresDatabase.class).inNamespace("default").withName("training");
    database.waitUntilCondition(
        found ->
            found != null
                && found.getStatus() != null
                && found.getStatus().conditions().stream()
                    .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True")),
        PATIENCE.toSeconds(),
        TimeUnit.SECONDS);
    get("/livez");
    get("/metrics");
    database.delete();
    Awaitility.await("gone").atMost(PATIENCE).until(() -> database.get() == null);
  }

  /** Ends it as Kubernetes does; then the JVM writes the cache. */
  void end() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
      throw new IllegalStateException("It did not end");
    }
  }

  private static int get(String path) {
    try (var http = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + PORT + path)).build();
      return http.send(request, BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0; // not yet
    } catch (InterruptedException e) {
      throw new UncheckedIOException(new IOException(e));
    }
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
