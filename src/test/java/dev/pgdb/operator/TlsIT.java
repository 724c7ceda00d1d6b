package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestCertificates;
import dev.pgdb.testbed.TestCertificates.Signed;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** All four modes of TLS against a server whose certificate an authority of its own has signed. */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {"13", "18"})
class TlsIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final String HERE = "IP:127.0.0.1";
  private static final String ELSEWHERE = "DNS:elsewhere.example.com";
  private static final String PLAIN = "host all all 127.0.0.1/32 md5";
  private static final String WITH_CERTIFICATE =
      "hostssl all certified 127.0.0.1/32 md5 clientcert=verify-ca";

  private static final Map<String, TestPostgres> STARTED = new ConcurrentHashMap<>();

  private final ControlPlane cluster = OperatorUnderTest.start();
  private final Tenant tenant = new Tenant(cluster);
  private final TestCertificates authority = new TestCertificates();
  private final TestPostgres postgres;
  private String admin = "postgres";

  TlsIT(String release) throws SQLException {
    postgres = STARTED.computeIfAbsent(release, TestPostgres::start); // it ends with this JVM
    postgres.authenticateBy(PLAIN);
    postgres.useTls(authority.sign("127.0.0.1", HERE), authority.authority());
  }

  @ParameterizedTest
  @CsvSource({"Disable, false", "Require, true", "VerifyCA, true", "VerifyFull, true"})
  void everyModeEncryptsWhatItShall(String mode, boolean encrypted) throws Exception {
    boolean verifies = mode.startsWith("Verify");
    secret("ca", Map.of("ca.crt", authority.authority()));
    postgres.execute("postgres", TERMINATE);
    server("{mode: " + mode + (verifies ? ", caRef: {name: ca}}" : "}"));

    tenant.createDatabase("orders", "main", tenant.namespace());

    assertThat(pgdbIsEncrypted()).isEqualTo(encrypted);
    assertThat(authorityOf("orders-db")).isEqualTo(verifies ? authority.authority() : null);
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  @ParameterizedTest
  @ValueSource(strings = {"VerifyCA", "VerifyFull"})
  void aServerThatAnotherAuthorityHasSignedIsNotTrusted(String mode) {
    secret("ca", Map.of("ca.crt", new TestCertificates().authority()));
    server("{mode: " + mode + ", caRef: {name: ca}}");

    assertThat(awaitNotReady("TlsFailed"))
        .contains("127.0.0.1:" + postgres.port(), "not signed by an authority that is trusted");
  }

  @Test
  void onlyVerifyFullMindsTheName() throws Exception {
    Signed elsewhere = authority.sign("elsewhere", ELSEWHERE);
    postgres.useTls(elsewhere, authority.authority());
    secret("ca", Map.of("ca.crt", authority.authority()));
    server("{caRef: {name: ca}}");
    assertThat(awaitNotReady("TlsFailed")).contains("does not fit", "127.0.0.1");

    server("{mode: VerifyCA, caRef: {name: ca}}");

    awaitReady();
  }

  @Test
  void anAuthorityThatIsReplacedInItsSecretIsTrustedAtOnce() throws Exception {
    secret("ca", Map.of("ca.crt", authority.authority()));
    server("{mode: VerifyFull, caRef: {name: ca}}");
    tenant.createDatabase("orders", "main", tenant.namespace());
    var next = new TestCertificates();
    postgres.useTls(next.sign("127.0.0.1", HERE), next.authority());
    postgres.execute("postgres", TERMINATE);
    tenant.delete("orders");
    awaitNotReady("TlsFailed");

    secret("ca", Map.of("ca.crt", next.authority()));

    tenant.awaitGone("orders");
  }

  @Test
  void clientsAreToldOfTheAuthorityThatReplacesAnother() throws Exception {
    secret("ca", Map.of("ca.crt", authority.authority()));
    server("{mode: VerifyFull, caRef: {name: ca}}");
    tenant.createDatabase("orders", "main", tenant.namespace());
    String both = authority.authority() + new TestCertificates().authority();

    secret("ca", Map.of("ca.crt", both));

    await().atMost(SOON).until(() -> both.equals(authorityOf("orders-db")));
    tenant.delete("orders");
    tenant.awaitGone("orders");
  }

  @Test
  void aServerThatAsksForACertificateIsShownTheOneOfTheSecret() throws Exception {
    postgres.execute("postgres", "CREATE ROLE certified SUPERUSER LOGIN PASSWORD 'certified'");
    postgres.authenticateBy(WITH_CERTIFICATE, PLAIN);
    admin = "certified";
    secret("ca", Map.of("ca.crt", authority.authority()));
    server("{mode: VerifyFull, caRef: {name: ca}}");
    awaitNotReady("LoginFailed");
    Signed own = authority.sign("pgdb", "DNS:pgdb");
    secret("client", Map.of("tls.crt", own.certificate(), "tls.key", own.key()));

    server("{mode: VerifyFull, caRef: {name: ca}, clientCertificateRef: {name: client}}");

    awaitReady();
  }

  @Test
  void aSecretThatHoldsNoCertificateIsNamed() {
    server("{mode: VerifyFull, caRef: {name: ca, key: root.pem}}");
    assertThat(awaitNotReady("CertificateMissing"))
        .contains("Secret " + tenant.namespace() + "/ca", "does not exist");
    secret("ca", Map.of("ca.crt", "x"));
    await().atMost(SOON).until(() -> message().contains("must have the key root.pem"));

    secret("ca", Map.of("root.pem", "no certificate"));

    await().atMost(SOON).until(() -> message().contains("spec.tls"));
  }

  private static final String TERMINATE =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'pgdb'";

  private boolean pgdbIsEncrypted() throws SQLException {
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows =
            statement.executeQuery(
                "SELECT bool_and(ssl) FROM pg_stat_ssl JOIN pg_stat_activity USING (pid)"
                    + " WHERE application_name = 'pgdb'")) {
      return rows.next() && rows.getBoolean(1);
    }
  }

  /** What a connection Secret tells clients to trust. */
  private @Nullable String authorityOf(String secret) {
    String found =
        cluster
            .client()
            .secrets()
            .inNamespace(tenant.namespace())
            .withName(secret)
            .get()
            .getData()
            .get("ca.crt");
    return found == null
        ? null
        : new String(Base64.getDecoder().decode(found), StandardCharsets.UTF_8);
  }

  private void server(String tls) {
    tenant.applyAdminSecret("main", admin, admin.equals("certified") ? admin : postgres.password());
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresServer
        metadata: {name: main}
        spec:
          host: 127.0.0.1
          port: %d
          admin: {secretRef: {name: main-admin}}
          tls: %s
        """
            .formatted(postgres.port(), tls));
  }

  private void secret(String name, Map<String, String> content) {
    cluster
        .client()
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(tenant.namespace())
                .endMetadata()
                .withStringData(content)
                .build())
        .serverSideApply();
  }

  private void awaitReady() {
    await().atMost(SOON).until(() -> "Available".equals(reason()));
  }

  private String awaitNotReady(String reason) {
    await().atMost(SOON).until(() -> reason.equals(reason()));
    return message();
  }

  private @Nullable String reason() {
    return tenant.serverCondition("main").map(ready -> ready.getReason()).orElse(null);
  }

  private String message() {
    return tenant.serverCondition("main").map(ready -> ready.getMessage()).orElse("");
  }
}
