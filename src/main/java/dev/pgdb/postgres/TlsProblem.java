package dev.pgdb.postgres;

import java.io.IOException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLHandshakeException;
import org.jspecify.annotations.Nullable;

/** Tells why two sides that reached each other could not agree on TLS. */
public final class TlsProblem {
  private TlsProblem() {}

  /** In words about the server's certificate; empty where the error is about something else. */
  public static Optional<String> of(SQLException error) {
    String found = null;
    int depth = 0;
    for (Throwable cause = error; cause != null && depth < 20; cause = cause.getCause(), depth++) {
      String sentence = sentence(cause);
      found = sentence == null ? found : sentence; // the innermost knows best
    }
    return Optional.ofNullable(found);
  }

  private static @Nullable String sentence(Throwable cause) {
    return switch (cause) {
      case CertPathBuilderException unknown ->
          "its certificate is not signed by an authority that is trusted";
      case CertificateExpiredException expired -> "its certificate has expired";
      case CertificateNotYetValidException early -> "its certificate is not valid yet";
      case CertPathValidatorException invalid ->
          "its certificate is not valid: " + invalid.getMessage();
      case CertificateException other when !(other.getCause() instanceof Exception) ->
          "its certificate does not fit: " + other.getMessage();
      case SSLHandshakeException refused when !(refused.getCause() instanceof IOException) ->
          "the handshake failed: " + refused.getMessage();
      default -> null;
    };
  }
}
