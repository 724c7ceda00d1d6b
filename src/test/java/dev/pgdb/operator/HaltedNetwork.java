package dev.pgdb.operator;

import dev.pgdb.testbed.TestPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * A way to a server on which a client comes no further from a certain thing on that it says: what
 * it has sent arrives only later, as from a process that was paused right before.
 */
final class HaltedNetwork implements AutoCloseable {
  private static final int NEVER = Integer.MAX_VALUE;

  /** Bytes: what is shorter only asks whether anybody is there. */
  private static final int QUERY = 100;

  private final TestPostgres server;
  private final ServerSocket entrance;
  private final Queue<Socket> ends = new ConcurrentLinkedQueue<>();
  private int said;
  private int haltAt = NEVER;
  private boolean haltAtQuery;
  private boolean halted;
  private boolean othersPass;

  HaltedNetwork(TestPostgres server) throws IOException {
    this.server = server;
    entrance = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return entrance.getLocalPort();
  }

  /** How many things were said. */
  synchronized int said() {
    return said;
  }

  /** Lets the next query not arrive, nor what anybody says after it who comes until then. */
  synchronized void haltAtNextQuery() {
    haltAtQuery = true;
  }

  /** Lets as many more things arrive, and then nothing that anybody says who comes until then. */
  synchronized void haltAfter(int things) {
    haltAt = said + things;
  }

  synchronized boolean isHalted() {
    return halted;
  }

  /** Whoever comes from now on may say what they want. */
  synchronized void letOthersPass() {
    othersPass = true;
  }

  /** Lets all arrive that was held back. */
  synchronized void goOn() {
    haltAt = NEVER;
    haltAtQuery = false;
    halted = false;
    notifyAll();
  }

  private synchronized boolean haltsNewcomers() {
    return !othersPass;
  }

  private synchronized void say(int size) throws InterruptedException {
    said++;
    halted |= said > haltAt || (haltAtQuery && size >= QUERY);
    while (halted) {
      wait();
    }
  }

  private void accept() {
    try {
      while (true) {
        Socket client = entrance.accept();
        Socket backend = new Socket(server.host(), server.port());
        ends.add(client);
        ends.add(backend);
        boolean toHalt = haltsNewcomers();
        Thread.ofVirtual().start(() -> copy(client, backend, toHalt));
        Thread.ofVirtual().start(() -> copy(backend, client, false));
      }
    } catch (IOException e) {
      // It is closed.
    }
  }

  private void copy(Socket from, Socket to, boolean toHalt) {
    var buffer = new byte[1 << 16];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int size = in.read(buffer); size >= 0; size = in.read(buffer)) {
        if (toHalt) {
          say(size);
        }
        out.write(buffer, 0, size);
      }
    } catch (IOException e) {
      // One of them has gone.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() throws IOException {
    goOn();
    entrance.close();
    for (Socket end : ends) {
      end.close();
    }
  }
}
