package dev.pgdb.postgres.deletion;

import dev.pgdb.testbed.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** A way to a server that can be cut: the client knows at once, the server when it next answers. */
final class FragileNetwork implements AutoCloseable {
  private final TestPostgres server;
  private final ServerSocket entrance;
  private final Queue<Socket> clients = new ConcurrentLinkedQueue<>();
  private final Queue<Socket> onward = new ConcurrentLinkedQueue<>();
  private volatile Neighbours.Action interference = () -> {};
  private volatile @Nullable String awaitedWords;

  FragileNetwork(TestPostgres server) throws IOException {
    this.server = server;
    entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  /** Every connection that there is; new ones can be made. */
  void cut() throws IOException {
    for (Socket client = clients.poll(); client != null; client = clients.poll()) {
      client.close();
    }
  }

  /** Lets something happen right before a client's next words with this in them arrive. */
  void interfereBefore(String words, Neighbours.Action interference) {
    awaitedWords = words;
    this.interference = interference;
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        Socket backend = new Socket(server.host(), server.port());
        clients.add(client);
        onward.add(backend);
        Thread.ofVirtual().start(() -> say(client, backend));
        Thread.ofVirtual().start(() -> copy(backend, client));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void say(Socket client, Socket backend) {
    var buffer = new byte[1 << 16];
    try {
      for (int size; (size = client.getInputStream().read(buffer)) >= 0; ) {
        String awaited = awaitedWords;
        if (awaited != null
            && new String(buffer, 0, size, StandardCharsets.UTF_8).contains(awaited)) {
          awaitedWords = null;
          interference.run();
        }
        backend.getOutputStream().write(buffer, 0, size);
      }
      backend.close();
    } catch (IOException e) {
      // It was cut.
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Whoever goes in an orderly way takes the other end with them; a cut does not. */
  private void copy(Socket from, Socket to) {
    try {
      from.getInputStream().transferTo(to.getOutputStream());
      to.close();
    } catch (IOException e) {
      // It was cut.
    }
  }

  @Override
  public void close() throws IOException {
    entrance.close();
    cut();
    for (Socket backend : onward) {
      backend.close();
    }
  }
}
