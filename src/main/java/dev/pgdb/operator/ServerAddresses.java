package dev.pgdb.operator;

import dev.pgdb.api.PostgresServer;
import dev.pgdb.api.PostgresServerSpec;
import dev.pgdb.api.Reason;
import dev.pgdb.api.Tls;
import dev.pgdb.api.TlsMode;
import dev.pgdb.operator.ServerState.Unusable;
import dev.pgdb.postgres.Secret;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.TlsCertificates;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Optional;

/** Where a PostgresServer is and how to log in there: its spec and its admin Secret together. */
final class ServerAddresses {
  private final KubernetesClient client;

  ServerAddresses(KubernetesClient client) {
    this.client = client;
  }

  /** Either an address or why there is none. */
  sealed interface Lookup {
    record Found(ServerAddress address) implements Lookup {}

    record Missing(Unusable why) implements Lookup {}
  }

  /** Why there is none. */
  private static final class Incomplete extends Exception {
    private static final long serialVersionUID = 1;

    private final transient Unusable why;

    Incomplete(Reason reason, String message) {
      super(message);
      this.why = new Unusable(reason, message);
    }
  }

  Lookup find(PostgresServer server) {
    try {
      return new Lookup.Found(address(server));
    } catch (Incomplete e) {
      return new Lookup.Missing(e.why);
    }
  }

  private ServerAddress address(PostgresServer server) throws Incomplete {
    PostgresServerSpec spec = server.getSpec();
    var login = new Content(server, spec.admin().secretRef().name(), Reason.ADMIN_SECRET_MISSING);
    return new ServerAddress(
        Arrays.stream(spec.host().split(",", -1)).map(String::strip).toList(),
        spec.port(),
        spec.maintenanceDatabase(),
        login.get("username", "the admin's login, as the type kubernetes.io/basic-auth has"),
        new Secret(login.get("password", "the admin's login")),
        sslMode(spec.tls().effectiveMode()),
        certificates(server, spec.tls()));
  }

  private TlsCertificates certificates(PostgresServer server, Tls tls) throws Incomplete {
    String authority = null;
    if (tls.caRef() != null) {
      authority =
          new Content(server, tls.caRef().name(), Reason.CERTIFICATE_MISSING)
              .get(tls.caRef().key(), "spec.tls.caRef");
    }
    var certificates = new TlsCertificates(authority, null, null);
    if (tls.clientCertificateRef() != null) {
      var shown =
          new Content(server, tls.clientCertificateRef().name(), Reason.CERTIFICATE_MISSING);
      String what = "spec.tls.clientCertificateRef, as the type kubernetes.io/tls has";
      certificates =
          new TlsCertificates(
              authority, shown.get("tls.crt", what), new Secret(shown.get("tls.key", what)));
    }
    Optional<String> flaw = certificates.flaw();
    if (flaw.isPresent()) {
      throw new Incomplete(
          Reason.CERTIFICATE_MISSING,
          "spec.tls of PostgresServer "
              + References.path(ResourceID.fromResource(server))
              + ": "
              + flaw.get());
    }
    return certificates;
  }

  /** The content of one Secret in the namespace of a server. */
  private final class Content {
    private final String path;
    private final Reason lacking;
    private final Map<String, String> data;

    Content(PostgresServer server, String name, Reason lacking) throws Incomplete {
      String namespace = server.getMetadata().getNamespace();
      this.path = namespace + "/" + name;
      this.lacking = lacking;
      var secret = client.secrets().inNamespace(namespace).withName(name).get();
      if (secret == null) {
        throw new Incomplete(
            lacking,
            "Secret "
                + path
                + (lacking == Reason.ADMIN_SECRET_MISSING
                    ? " with the admin's login does not exist"
                    : " with a certificate does not exist"));
      }
      this.data = Optional.ofNullable(secret.getData()).orElse(Map.of());
    }

    String get(String key, String what) throws Incomplete {
      String value = data.get(key);
      if (value == null) {
        throw new Incomplete(
            lacking, "Secret " + path + " must have the key " + key + " for " + what);
      }
      return decoded(value);
    }
  }

  private static String decoded(String base64) {
    return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
  }

  private static String sslMode(TlsMode mode) {
    return switch (mode) {
      case Disable -> "disable";
      case Require -> "require";
      case VerifyCA -> "verify-ca";
      case VerifyFull -> "verify-full";
    };
  }
}
