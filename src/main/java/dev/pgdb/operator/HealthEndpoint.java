package dev.pgdb.operator;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What Kubernetes and Prometheus ask of the process: {@code /livez}, {@code /readyz} and {@code
 * /metrics}.
 */
public final class HealthEndpoint implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthEndpoint.class);
  private static final String TEXT = "text/plain; charset=utf-8";

  /** The text format of Prometheus. */
  private static final String METRICS = "text/plain; version=0.0.4; charset=utf-8";

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  private HealthEndpoint(HttpServer server) {
    this.server = server;
  }

  /**
   * Answers from now on, whether or not the operator has started.
   *
   * @param port 0 picks a free one
   * @throws IOException when the port is taken
   */
  public static HealthEndpoint start(int port, PgdbOperator operator) throws IOException {
    var endpoint = new HealthEndpoint(HttpServer.create(new InetSocketAddress(port), 0));
    endpoint.answer("/livez", TEXT, () -> health(operator.isAlive()));
    endpoint.answer("/readyz", TEXT, () -> health(operator.isReady()));
    endpoint.answer("/metrics", METRICS, () -> new Answer(200, operator.metrics()));
    endpoint.server.setExecutor(endpoint.threads);
    endpoint.server.start();
    LOG.atInfo().addKeyValue("port", endpoint.port()).log("Serving /livez, /readyz and /metrics");
    return endpoint;
  }

  /** The port that was asked for, or the free one that was picked. */
  public int port() {
    return server.getAddress().getPort();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }

  private record Answer(int status, String text) {}

  @FunctionalInterface
  private interface Page {
    Answer get();
  }

  private static Answer health(boolean good) {
    return good ? new Answer(200, "ok\n") : new Answer(503, "not ok\n");
  }

  private void answer(String path, String contentType, Page page) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            // The JDK's server gives a context every path that begins with its own.
            boolean known = exchange.getRequestURI().getPath().equals(path);
            send(exchange, contentType, known ? page.get() : new Answer(404, "not found\n"));
          }
        });
  }

  private static void send(HttpExchange exchange, String contentType, Answer answer)
      throws IOException {
    byte[] body = answer.text().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", contentType);
    if (exchange.getRequestMethod().equals("HEAD")) {
      exchange.sendResponseHeaders(answer.status(), -1);
      return;
    }
    exchange.sendResponseHeaders(answer.status(), body.length);
    exchange.getResponseBody().write(body);
  }
}
