package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.PostgresServer;
import dev.pgdb.api.Reason;
import dev.pgdb.operator.ServerCheck.Finding;
import dev.pgdb.operator.ServerState.Unusable;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ServerChecksTest {
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Semaphore looked = new Semaphore(0);
  private final ServerChecks checks =
      new ServerChecks(
          server ->
              new Finding(
                  1L, new Unusable(Reason.SERVER_UNREACHABLE, server.getSpec().host()), null),
          new Servers(threads, Clock.systemUTC()),
          threads,
          Duration.ofMinutes(10),
          Clock.systemUTC());

  @AfterEach
  void stop() {
    threads.shutdownNow();
  }

  /** It was deleted and created again while no watch was open, and its generation is the same. */
  @Test
  void saysNothingOfAServerThatWasFoundOfAnotherOfItsName() throws Exception {
    PostgresServer first = server("a.example.com", "uid-1");
    PostgresServer second = server("b.example.com", "uid-2");
    look(first);
    looked.acquire();
    assertThat(host(look(first))).contains("a.example.com");

    assertThat(look(second)).isEmpty();

    looked.acquire();
    assertThat(host(look(second))).contains("b.example.com");
  }

  private static Optional<String> host(Optional<Finding> found) {
    return found.map(finding -> ((Unusable) finding.state()).message());
  }

  private Optional<Finding> look(PostgresServer server) {
    return checks.latest(server, "7", id -> looked.release());
  }

  private static PostgresServer server(String host, String uid) {
    return Serialization.unmarshal(
        """
        metadata: {namespace: databases, name: main, uid: %s, generation: 1}
        spec: {host: %s, admin: {secretRef: {name: main-admin}}}
        """
            .formatted(uid, host),
        PostgresServer.class);
  }
}
