package dev.pgdb.testbed;

import io.fabric8.kubernetes.client.Config;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.regex.Pattern;
import javax.net.SocketFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The way to an API server on which answers can be held back: whoever is behind it sees what was
 * true a while ago, and does not know.
 */
public final class SlowApiServer implements AutoCloseable {
  /** What is held back. */
  public enum Hold {
    NOTHING,
    /** The events of a watch on PostgresDatabases. */
    EVENTS,
    /** These, and the answer to every request. */
    EVERYTHING
  }

  private static final Pattern REQUEST = Pattern.compile("([A-Z]+ /\\S+) HTTP/1\\.1\r\n");
  private static final int BUFFER = 65_536;

  private final ServerSocket door;
  private final URI server;
  private final SocketFactory tls;
  private final Config config;
  private final Queue<String> requests = new ConcurrentLinkedQueue<>();
  private final Set<String> heldBack = ConcurrentHashMap.newKeySet();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private Hold hold = Hold.NOTHING; // guarded by this
  private volatile boolean away;

  /**
   * @param kubeconfig leads to the API server itself
   */
  public SlowApiServer(Path kubeconfig) throws IOException, GeneralSecurityException {
    config = Config.fromKubeconfig(kubeconfig.toFile());
    server = URI.create(config.getMasterUrl());
    tls = trusting(authority(config));
    door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    config.setMasterUrl("http://127.0.0.1:" + door.getLocalPort() + "/");
    config.setHttp2Disable(true);
    config.setRequestTimeout(60_000); // longer than anything is held back
    Thread.ofVirtual().start(this::serve);
  }

  /** Leads through here, with the rights of the kubeconfig. */
  public Config config() {
    return config;
  }

  /** Holds back from now on; what is held back no more arrives late, and in order. */
  public synchronized void hold(Hold what) {
    hold = what;
    notifyAll();
  }

  /** As an API server that is stopped: whoever was connected is cut off, and nobody comes in. */
  public void goAway() throws IOException {
    away = true;
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  /** Takes connections again. */
  public void comeBack() {
    away = false;
  }

  /** The requests whose answers are being held back. */
  public Set<String> heldBack() {
    return Set.copyOf(heldBack);
  }

  /** The requests since the last time that this was asked, each as METHOD PATH. */
  public List<String> requests() {
    var all = new ArrayList<String>();
    for (String next = requests.poll(); next != null; next = requests.poll()) {
      all.add(next);
    }
    return all;
  }

  private static InputStream authority(Config config) throws IOException {
    return config.getCaCertData() == null
        ? Files.newInputStream(Path.of(config.getCaCertFile()))
        : new ByteArrayInputStream(Base64.getDecoder().decode(config.getCaCertData()));
  }

  private static SocketFactory trusting(InputStream authority)
      throws IOException, GeneralSecurityException {
    var store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    try (var pem = authority) {
      store.setCertificateEntry(
          "server", CertificateFactory.getInstance("X.509").generateCertificate(pem));
    }
    var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    var context = SSLContext.getInstance("TLS");
    context.init(null, trust.getTrustManagers(), null);
    return context.getSocketFactory();
  }

  private void serve() {
    while (!door.isClosed()) {
      try {
        Socket client = door.accept();
        if (away) {
          client.close();
          continue;
        }
        var connection = new Connection(client, tls.createSocket(host(), server.getPort()));
        sockets.addAll(List.of(connection.client, connection.server));
        Thread.ofVirtual().start(connection::ask);
        Thread.ofVirtual().start(connection::answer);
      } catch (IOException e) {
        // The test is over, or whoever came will try again.
      }
    }
  }

  private String host() {
    return server.getHost();
  }

  /** One connection of a client, with its own one to the server. */
  private final class Connection {
    private final Socket client;
    private final Socket server;
    private volatile boolean watches;
    private volatile String last = "";

    Connection(Socket client, Socket server) {
      this.client = client;
      this.server = server;
    }

    void ask() {
      copy(client, server, this::read);
    }

    void answer() {
      copy(server, client, text -> pass(last, watches));
    }

    private void read(String text) {
      var request = REQUEST.matcher(text);
      while (request.find()) {
        last = request.group(1);
        requests.add(last);
        watches = text.contains("/postgresdatabases?") && text.contains("watch=true");
      }
    }
  }

  private synchronized void pass(String request, boolean event) {
    try {
      while (hold == Hold.EVERYTHING || (hold == Hold.EVENTS && event)) {
        heldBack.add(request);
        wait();
      }
      heldBack.remove(request);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is done with what comes before it is sent on. */
  private interface Reader {
    void read(String text);
  }

  private static void copy(Socket from, Socket to, Reader before) {
    byte[] buffer = new byte[BUFFER];
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        before.read(new String(buffer, 0, count, StandardCharsets.ISO_8859_1));
        out.write(buffer, 0, count);
        out.flush();
      }
    } catch (IOException e) {
      // One of them has gone.
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    hold(Hold.NOTHING);
    for (Socket socket : sockets) {
      socket.close();
    }
  }
}
