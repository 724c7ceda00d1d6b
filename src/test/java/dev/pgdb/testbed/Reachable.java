package dev.pgdb.testbed;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;

final class Reachable {
  private Reachable() {}

  /** Fails unless the host takes a connection; the time includes looking up its name. */
  static void within(Duration limit, String host, int port) throws Exception {
    try {
      Deadline.within(
          limit,
          () -> {
            try (var socket = new Socket()) {
              socket.connect(new InetSocketAddress(host, port), (int) limit.toMillis());
              return socket.isConnected();
            }
          });
    } catch (IOException e) {
      throw new Providers.Unavailable("cannot reach " + host + ": " + e);
    }
  }
}
