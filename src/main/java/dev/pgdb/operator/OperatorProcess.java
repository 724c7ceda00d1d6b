package dev.pgdb.operator;

import java.io.IOException;
import java.time.Clock;
import java.util.concurrent.CountDownLatch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator as a process: it runs until it is told to stop. */
public final class OperatorProcess {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorProcess.class);

  private OperatorProcess() {}

  /**
   * Returns when the process gets SIGTERM or SIGINT.
   *
   * @throws IOException when the port of {@code configuration} is taken
   */
  public static void run(OperatorConfiguration configuration) throws IOException {
    var stopped = new CountDownLatch(1);
    var client = LeanClient.create();
    var operator = new PgdbOperator(client, configuration, Clock.systemUTC());
    var health = HealthEndpoint.start(configuration.httpPort(), operator);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  operator.close();
                  health.close();
                  client.close();
                  stopped.countDown();
                }));
    operator.start();
    LOG.atInfo().addKeyValue("cluster", client.getMasterUrl()).log("Watching");
    try {
      stopped.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
