package dev.pgdb.postgres;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * Whom a TLS connection trusts and what it shows, all of it in PEM.
 *
 * @param authority who must have signed the server's certificate; null: anybody whom Java trusts
 * @param certificate what the server is shown, with the certificates between it and its authority;
 *     null: nothing
 * @param key the private key of {@code certificate}
 */
public record TlsCertificates(
    @Nullable String authority, @Nullable String certificate, @Nullable Secret key) {

  /** Trusts whom Java trusts and shows nothing. */
  public static final TlsCertificates NONE = new TlsCertificates(null, null, null);

  private static final char[] IN_MEMORY = {};

  /** What is wrong with them, in words that can be shown. */
  public Optional<String> flaw() {
    try {
      trustManagers();
    } catch (GeneralSecurityException | IOException e) {
      return Optional.of("the certificate authority is no certificate in PEM: " + e.getMessage());
    }
    try {
      keyManagers();
      return Optional.empty();
    } catch (GeneralSecurityException | IOException e) {
      return Optional.of("the client certificate or its key cannot be used: " + e.getMessage());
    }
  }

  TrustManager[] trustManagers() throws GeneralSecurityException, IOException {
    var factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(authority == null ? null : trusting(certificates(authority)));
    return factory.getTrustManagers();
  }

  KeyManager @Nullable [] keyManagers() throws GeneralSecurityException, IOException {
    if (certificate == null || key == null) {
      return null;
    }
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "client",
        PrivateKeys.read(key.value()),
        IN_MEMORY,
        certificates(certificate).toArray(Certificate[]::new));
    var factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, IN_MEMORY);
    return factory.getKeyManagers();
  }

  private static KeyStore trusting(Collection<? extends Certificate> authorities)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    for (Certificate trusted : authorities) {
      store.setCertificateEntry("authority-" + store.size(), trusted);
    }
    return store;
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, IN_MEMORY);
    return store;
  }

  private static Collection<? extends Certificate> certificates(String pem)
      throws GeneralSecurityException {
    var found =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    if (found.isEmpty()) {
      throw new GeneralSecurityException("there is no certificate in it");
    }
    return found;
  }
}
