package dev.pgdb.postgres;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.Properties;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.postgresql.ssl.WrappedFactory;

/**
 * Makes TLS connections with {@link TlsCertificates} from memory. The driver makes one for each
 * connection; its own factory reads files only.
 */
public final class PemSocketFactory extends WrappedFactory {
  private static final String AUTHORITY = "pgdb.tls.authority";
  private static final String CERTIFICATE = "pgdb.tls.certificate";
  private static final String KEY = "pgdb.tls.key";
  private static final String VERIFY_FULL = "verify-full";

  private final boolean checksName;

  /** For the driver, which passes the properties of the connection. */
  public PemSocketFactory(Properties connection) throws GeneralSecurityException, IOException {
    String mode = connection.getProperty("sslmode");
    String key = connection.getProperty(KEY);
    var certificates =
        new TlsCertificates(
            connection.getProperty(AUTHORITY),
            connection.getProperty(CERTIFICATE),
            key == null ? null : new Secret(key));
    checksName = VERIFY_FULL.equals(mode);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(
        certificates.keyManagers(),
        checksName || "verify-ca".equals(mode)
            ? certificates.trustManagers()
            : new TrustManager[] {new Anybody()},
        null);
    factory = context.getSocketFactory();
  }

  /** Makes connections with these properties go through this factory. */
  static void use(TlsCertificates certificates, Properties connection) {
    connection.setProperty("sslfactory", PemSocketFactory.class.getName());
    if (certificates.authority() != null) {
      connection.setProperty(AUTHORITY, certificates.authority());
    }
    if (certificates.certificate() != null && certificates.key() != null) {
      connection.setProperty(CERTIFICATE, certificates.certificate());
      connection.setProperty(KEY, certificates.key().value());
    }
  }

  /** The name is checked in the handshake: before a password is sent. */
  @Override
  public Socket createSocket(Socket socket, String host, int port, boolean autoClose)
      throws IOException {
    Socket made = super.createSocket(socket, host, port, autoClose);
    if (checksName && made instanceof SSLSocket tls) {
      var parameters = tls.getSSLParameters();
      parameters.setEndpointIdentificationAlgorithm("HTTPS");
      tls.setSSLParameters(parameters);
    }
    return made;
  }

  /** Mode {@code require} encrypts, whoever the server is. */
  private static final class Anybody extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
