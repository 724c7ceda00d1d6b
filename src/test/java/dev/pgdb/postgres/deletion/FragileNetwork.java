package dev.pgdb.postgres.deletion;

import dev.pgdb.testbed.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/**
 * A way to a server that can be cut: the client knows at once, the server when it next answers. Or
 * it goes silent, and neither of them is told.
 */
final class FragileNetwork implements AutoCloseable {
  private final TestPostgres server;
  private final ServerSocket entrance;
  private final Queue<Socket> clients = new ConcurrentLinkedQueue<>();
  private final Queue<Socket> onward = new ConcurrentLinkedQueue<>();
  private final Set<Socket> silent = ConcurrentHashMap.newKeySet();
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

  /** Every connection that there is swallows what is sent, and never ends; new ones can be made. */
  void goSilent() {
    silent.addAll(clients);
    silent.addAll(onward);
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
        if (!silent.contains(client)) {
          backend.getOutputStream().write(buffer, 0, size);
        }
      }
      if (!silent.contains(client)) {
        backend.close();
      }
    } catch (IOException e) {
      // It was cut.
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  /** Whoever goes in an orderly way takes the other end with them; a cut does not. */
  private void copy(Socket from, Socket to) {
    try {
      byte[] bytes = new byte[8192];
      InputStream sent = from.getInputStream();
      for (int count = sent.read(bytes); count >= 0; count = sent.read(bytes)) {
        if (!silent.contains(from)) {
          to.getOutputStream().write(bytes, 0, count);
        }
      }
      if (!silent.contains(from)) {
        to.close();
      }
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
