package dev.pgdb.postgres.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Secret;
import java.util.Base64;
import org.junit.jupiter.api.Test;

class PasswordVerifierTest {
  /** The exchange in RFC 7677, section 3, has this salt, and this signature of the server. */
  @Test
  void isTheOneThatTheStandardHasAsItsExample() throws Exception {
    byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");

    String verifier = PasswordVerifier.scram(new Secret("pencil"), salt).value();

    assertThat(verifier).startsWith("SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ==$");
    byte[] serverKey =
        Base64.getDecoder().decode(verifier.substring(verifier.lastIndexOf(':') + 1));
    var hmac = javax.crypto.Mac.getInstance("HmacSHA256");
    hmac.init(new javax.crypto.spec.SecretKeySpec(serverKey, "HmacSHA256"));
    String exchange =
        "n=user,r=rOprNGfwEbeRWgbNEkqO"
            + ",r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
            + ",s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
            + ",c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    assertThat(
            Base64.getEncoder()
                .encodeToString(
                    hmac.doFinal(exchange.getBytes(java.nio.charset.StandardCharsets.UTF_8))))
        .isEqualTo("6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=");
  }

  /** What PostgreSQL stores for CREATE ROLE orders PASSWORD 'secret' with md5. */
  @Test
  void isTheMd5OfPasswordAndRoleBeforeThereWasScram() {
    assertThat(PasswordVerifier.md5(new Secret("secret"), "orders").value())
        .isEqualTo("md500769a9a4ab3dc734fc54b9d69ee87ac");
  }

  @Test
  void neverPrints() {
    assertThat(PasswordVerifier.md5(new Secret("secret"), "orders").toString())
        .doesNotContain("md5");
  }
}
