package dev.pgdb.postgres.deletion;

import dev.pgdb.testbed.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** A way to a server that can be cut: the client knows at once, the server when it next answers. */
final class FragileNetwork implements AutoCloseable {
  private final TestPostgres server;
  private final ServerSocket entrance;
  private final Queue<Socket> clients = new ConcurrentLinkedQueue<>();
  private final Queue<Socket> onward = new ConcurrentLinkedQueue<>();

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

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        Socket backend = new Socket(server.host(), server.port());
        clients.add(client);
        onward.add(backend);
        Thread.ofVirtual().start(() -> copy(client, backend));
        Thread.ofVirtual().start(() -> copy(backend, client));
      }
    } catch (IOException e) {
      // It is closed.
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
