package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.install.ChartServiceAccount;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Reaper;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;

/**
 * {@code java -jar target/pgdb.jar run}, as users run it: a process that can be killed. It has the
 * rights that the chart gives it.
 */
final class OperatorProcessUnderTest implements AutoCloseable {
  private static final Path JAR =
      Path.of(System.getProperty("basedir", ""), "target", "pgdb.jar").toAbsolutePath();
  private static final Duration START = Duration.ofSeconds(60);
  private static final Pattern PORT = Pattern.compile("Serving .* port=\"?(\\d+)");

  private final Process process;
  private final Queue<String> lines = new ConcurrentLinkedQueue<>();
  private final HttpClient http = HttpClient.newHttpClient();

  private OperatorProcessUnderTest(Process process) {
    this.process = process;
    Thread.ofVirtual().start(() -> read(process.inputReader()));
  }

  /** Starts it on a cluster and returns at once. */
  static OperatorProcessUnderTest launch(ControlPlane cluster, String... options)
      throws IOException {
    var command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1", // it starts in half of the time
                "-jar",
                JAR.toString(),
                "run",
                "--http-port",
                "0"));
    command.addAll(List.of(options));
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .put("KUBECONFIG", ChartServiceAccount.on(cluster).kubeconfig().toString());
    return new OperatorProcessUnderTest(Reaper.watch(builder.start(), Reaper.Ending.KILL));
  }

  /** Starts it on a cluster and returns when it is ready. */
  static OperatorProcessUnderTest start(ControlPlane cluster, String... options)
      throws IOException {
    var operator = launch(cluster, options);
    operator.awaitReady();
    return operator;
  }

  void awaitReady() {
    Awaitility.await("the operator is ready")
        .atMost(START)
        .pollInterval(Duration.ofMillis(50))
        .failFast(
            () -> {
              if (!process.isAlive()) {
                throw new AssertionError("it has ended: " + output());
              }
            })
        .ignoreExceptionsInstanceOf(IOException.class) // it has ended, or is too busy yet
        .until(() -> port() > 0 && get("/readyz").statusCode() == 200);
  }

  HttpResponse<String> get(String path) throws IOException, InterruptedException {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
            .timeout(Duration.ofSeconds(5))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  /** Whether it has become the one that acts. */
  boolean leads() {
    return lines.stream().anyMatch(line -> line.contains(" Leading"));
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** What it wrote. */
  String output() {
    return String.join("\n", lines);
  }

  /** kill -9. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** SIGTERM; returns at once. */
  void startTerminating() {
    process.destroy();
  }

  /**
   * SIGTERM, as Kubernetes ends a pod.
   *
   * @return how long it took to end
   */
  Duration terminate() {
    long start = System.nanoTime();
    process.destroy();
    process.onExit().join();
    return Duration.ofNanos(System.nanoTime() - start);
  }

  /** SIGSTOP: it does nothing until it is told to go on, and its sessions stay. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT: it goes on where it was, and does not know that time has passed. */
  void goOn() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    var kill = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).start();
    assertThat(kill.waitFor()).isZero();
  }

  /** Waits until it has ended by itself. */
  void awaitEnd(Duration limit) {
    Awaitility.await("the operator ends").atMost(limit).until(() -> !process.isAlive());
  }

  @Override
  public void close() {
    kill();
    http.close();
  }

  private int port() {
    return lines.stream()
        .map(PORT::matcher)
        .filter(Matcher::find)
        .mapToInt(found -> Integer.parseInt(found.group(1)))
        .findFirst()
        .orElse(0);
  }

  private void read(BufferedReader output) {
    try (output) {
      for (String line = output.readLine(); line != null; line = output.readLine()) {
        lines.add(line);
      }
    } catch (IOException e) {
      // It was killed in the middle of a line.
    }
  }
}
