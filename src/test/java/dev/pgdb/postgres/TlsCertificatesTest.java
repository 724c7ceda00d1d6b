package dev.pgdb.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.TestCertificates;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsCertificatesTest {
  private final TestCertificates made = new TestCertificates();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "genpkey -algorithm RSA",
        "genrsa -traditional",
        "ecparam -genkey -name prime256v1",
        "ecparam -genkey -noout -name secp384r1",
        "genpkey -algorithm ED25519"
      })
  void everyUsualFormOfAPrivateKeyIsRead(String how) {
    String key = made.generate(how.split(" ", -1));
    var certificates = new TlsCertificates(null, made.authority(), new Secret(key));

    assertThat(certificates.flaw()).isEmpty();
  }

  @Test
  void aKeyWithAPasswordIsRefusedWithAWordOnWhatToDo() {
    String key = made.generate("genpkey", "-algorithm", "RSA", "-aes256", "-pass", "pass:x");

    assertThat(new TlsCertificates(null, made.authority(), new Secret(key)).flaw())
        .get()
        .asString()
        .contains("ENCRYPTED", "PKCS #8");
  }

  @Test
  void noWordOfAKeyIsInWhatIsSaidOfIt() {
    String key = made.generate("genrsa", "-traditional");
    String broken = key.replace("RSA PRIVATE", "EC PRIVATE");

    assertThat(new TlsCertificates(null, made.authority(), new Secret(broken)).flaw())
        .hasValue(
            "the client certificate or its key cannot be used: the EC key does not name its curve");
    assertThat(new TlsCertificates(null, null, new Secret(key)).toString())
        .doesNotContain(key.substring(40, 60));
  }

  @Test
  void whatIsNoCertificateIsNoAuthority() {
    assertThat(new TlsCertificates("nonsense", null, null).flaw()).isPresent();
    assertThat(new TlsCertificates(made.authority(), null, null).flaw()).isEmpty();
    assertThat(TlsCertificates.NONE.flaw()).isEmpty();
  }
}
