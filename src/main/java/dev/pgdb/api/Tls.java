package dev.pgdb.api;

import static java.util.Objects.requireNonNullElse;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.ValidationRule;
import org.jspecify.annotations.Nullable;

/** How connections to a server are encrypted. */
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
@ValidationRule(
    value = "!(has(self.caRef) && has(self.mode) && self.mode in ['Disable', 'Require'])",
    fieldPath = ".caRef",
    message =
        "modes Disable and Require check no certificate: set mode to VerifyCA or VerifyFull, or remove caRef")
@ValidationRule(
    value = "!(has(self.clientCertificateRef) && has(self.mode) && self.mode == 'Disable')",
    fieldPath = ".clientCertificateRef",
    message = "mode Disable shows no certificate: set another mode, or remove clientCertificateRef")
public record Tls(
    @JsonPropertyDescription(
            "Like sslmode of libpq. Disable: no encryption. Require: encrypted, whoever the server is. VerifyCA: its certificate must be signed by the authority in caRef, or by one the operator trusts. VerifyFull: and it must name the host. Default: VerifyFull when caRef is set, otherwise Require.")
        @Nullable TlsMode mode,
    @JsonPropertyDescription("Certificate authority that signed the server's certificate, in PEM.")
        @Nullable SecretKeyRef caRef,
    @JsonPropertyDescription(
            "Secret of type kubernetes.io/tls (keys tls.crt and tls.key) with the certificate that the admin shows to the server.")
        @Nullable SecretRef clientCertificateRef) {

  /** What holds when nothing is said. */
  public static Tls defaults() {
    return new Tls(null, null, null);
  }

  /** The mode that is in force when {@code mode} may have been left out. */
  @JsonIgnore
  public TlsMode effectiveMode() {
    return requireNonNullElse(mode, caRef == null ? TlsMode.Require : TlsMode.VerifyFull);
  }
}
