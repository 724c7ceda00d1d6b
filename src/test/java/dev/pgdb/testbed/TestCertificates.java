package dev.pgdb.testbed;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A certificate authority with what it has signed, made by openssl. */
public final class TestCertificates {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final Path folder;
  private final String authority = "ca-" + COUNT.incrementAndGet();

  public TestCertificates() {
    try {
      folder = Reaper.deleteAtEnd(Files.createTempDirectory("pgdb-certificates-"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    openssl(
        "req",
        "-x509",
        "-newkey",
        "ec",
        "-pkeyopt",
        "ec_paramgen_curve:prime256v1",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=" + authority,
        "-keyout",
        authority + ".key",
        "-out",
        authority + ".crt");
  }

  /** A certificate and its key, both in PEM. */
  public record Signed(String certificate, String key) {}

  /** The authority's own certificate, in PEM. */
  public String authority() {
    return read(authority + ".crt");
  }

  /**
   * Signs a certificate.
   *
   * @param alternativeName such as {@code IP:127.0.0.1} or {@code DNS:db.example.com}
   */
  public Signed sign(String commonName, String alternativeName) {
    String name = "signed-" + COUNT.incrementAndGet();
    openssl(
        "req",
        "-new",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=" + commonName,
        "-keyout",
        name + ".key",
        "-out",
        name + ".csr");
    write(name + ".ext", "subjectAltName=" + alternativeName);
    openssl(
        "x509",
        "-req",
        "-days",
        "2",
        "-in",
        name + ".csr",
        "-CA",
        authority + ".crt",
        "-CAkey",
        authority + ".key",
        "-set_serial",
        Integer.toString(COUNT.incrementAndGet()),
        "-extfile",
        name + ".ext",
        "-out",
        name + ".crt");
    return new Signed(read(name + ".crt"), read(name + ".key"));
  }

  /** A private key, as this command of openssl makes one. */
  public String generate(String... command) {
    String name = "generated-" + COUNT.incrementAndGet() + ".key";
    var all = new ArrayList<>(List.of(command));
    all.addAll(1, List.of("-out", name));
    openssl(all.toArray(String[]::new));
    return read(name);
  }

  private void openssl(String... arguments) {
    var command = new ArrayList<>(List.of("openssl"));
    command.addAll(List.of(arguments));
    try {
      var process =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("openssl.log").toFile())
              .start();
      if (process.waitFor() != 0) {
        throw new IllegalStateException(command + " failed:\n" + read("openssl.log"));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("The tests of TLS need openssl on the PATH", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String read(String file) {
    try {
      return Files.readString(folder.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void write(String file, String text) {
    try {
      Files.writeString(folder.resolve(file), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
