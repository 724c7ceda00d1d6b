package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Secret;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.TlsCertificates;
import dev.pgdb.postgres.provisioning.OwnerLogin;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class BindingContentTest {
  private static final Secret PASSWORD = new Secret("p@ss/w:rd");

  /** Of the table in docs/concepts.md. */
  private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z.-]+)` \\| .");

  @Test
  void escapesWhatMeansSomethingInAUri() {
    Map<String, String> entries =
        entries("pg", "disable", "a b/ö?", new OwnerLogin.Known("me@home", PASSWORD));

    assertThat(entries)
        .containsEntry("password", PASSWORD.value())
        .containsEntry("uri", "postgresql://me%40home:p%40ss%2Fw%3Ard@pg:5432/a%20b%2F%C3%B6%3F")
        .containsEntry(
            "jdbc-uri",
            "jdbc:postgresql://pg:5432/a%20b%2F%C3%B6%3F?user=me%40home&password=p%40ss%2Fw%3Ard");
  }

  @Test
  void hasNoPasswordWhereNoneIsKnown() {
    Map<String, String> entries = entries("pg", "disable", "orders", new OwnerLogin.Unknown("bob"));

    assertThat(entries)
        .doesNotContainKey("password")
        .containsEntry("uri", "postgresql://bob@pg:5432/orders")
        .containsEntry("jdbc-uri", "jdbc:postgresql://pg:5432/orders?user=bob");
  }

  @Test
  void leadsToThePrimaryAmongSeveralHosts() {
    Map<String, String> entries =
        entries("a,::1", "require", "orders", new OwnerLogin.Unknown("bob"));

    assertThat(entries)
        .containsEntry("host", "a,::1")
        .containsEntry(
            "uri",
            "postgresql://bob@a:5432,[::1]:5432/orders?target_session_attrs=read-write&sslmode=require")
        .containsEntry(
            "jdbc-uri",
            "jdbc:postgresql://a:5432,[::1]:5432/orders?user=bob&targetServerType=primary&sslmode=require");
  }

  @Test
  void hasTheAuthorityThatSignsTheServersCertificate() {
    Map<String, String> data =
        BindingContent.of(verified(), "orders", new OwnerLogin.Unknown("bob"));

    assertThat(data).containsEntry("ca.crt", BindingContent.base64("-----BEGIN"));
  }

  @Test
  void hasTheKeysThatAreDocumented() throws IOException {
    var all = BindingContent.of(verified(), "orders", new OwnerLogin.Known("bob", PASSWORD));
    String document = Files.readString(Path.of("docs/concepts.md"));

    assertThat(ROW.matcher(document).results().map(row -> row.group(1)))
        .containsExactlyInAnyOrderElementsOf(
            Stream.concat(all.keySet().stream(), Stream.of(BindingContent.PENDING)).toList());
  }

  /** Also where pgdb itself verifies: who reads the Secret says where it has put ca.crt. */
  @Test
  void asksForEncryptionInBothUris() {
    assertThat(entries("pg", "verify-full", "orders", new OwnerLogin.Unknown("bob")))
        .containsEntry("uri", "postgresql://bob@pg:5432/orders?sslmode=require")
        .containsEntry("jdbc-uri", "jdbc:postgresql://pg:5432/orders?user=bob&sslmode=require");
  }

  private static ServerAddress verified() {
    return new ServerAddress(
        List.of("pg"),
        5432,
        "postgres",
        "admin",
        new Secret("x"),
        "verify-full",
        new TlsCertificates("-----BEGIN", null, null));
  }

  private static Map<String, String> entries(
      String hosts, String sslMode, String database, OwnerLogin owner) {
    var address =
        new ServerAddress(
            List.of(hosts.split(",")), 5432, "postgres", "admin", new Secret("x"), sslMode);
    Map<String, String> entries = new TreeMap<>();
    BindingContent.of(address, database, owner)
        .forEach((key, value) -> entries.put(key, BindingContent.secret(value).value()));
    return entries;
  }
}
