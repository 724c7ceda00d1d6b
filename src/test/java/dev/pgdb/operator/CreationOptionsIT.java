package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What PostgreSQL fixes when it creates a database is as the resource asks for it. */
@OnEachServer
class CreationOptionsIT extends TenantOnServer {
  private final String name = tenant.namespace() + "-options";

  CreationOptionsIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @Test
  void isEncodedSortedStoredAndLimitedAsTheResourceSays() throws Exception {
    postgres.execute(
        "postgres",
        "SET allow_in_place_tablespaces = on",
        "CREATE TABLESPACE \"" + name + "\" LOCATION ''");
    if (admin == AdminKind.CREATOR) {
      postgres.execute(
          "postgres",
          "GRANT CREATE ON TABLESPACE \"" + name + "\" TO \"" + tenant.namespace() + "-admin\"");
    }

    apply("encoding: LATIN1, locale: C, tablespace: " + name + ", connectionLimit: 7");

    tenant.awaitReady("orders");
    assertThat(
            postgres.ask(
                "postgres",
                "SELECT pg_encoding_to_char(encoding) || ' ' || datcollate || ' ' || datctype || ' '"
                    + " || spcname || ' ' || datconnlimit FROM pg_database d"
                    + " JOIN pg_tablespace t ON t.oid = dattablespace WHERE datname = '"
                    + name
                    + "'"))
        .isEqualTo("LATIN1 C C " + name + " 7");
    isAsItShallBeWhenItIsLookedAtAgain();
    tenant.delete("orders");
    tenant.awaitGone("orders");
    postgres.execute("postgres", "DROP TABLESPACE \"" + name + '"');
  }

  @ParameterizedTest
  @CsvSource({"icu,en-US,i", "builtin,C.UTF-8,b"})
  void hasTheLocaleProviderThatTheResourceSays(String provider, String locale, String letter)
      throws Exception {
    apply("encoding: UTF8, localeProvider: %s, locale: %s".formatted(provider, locale));

    if (postgres.release().equals("13")) { // which has no providers yet
      assertThat(tenant.awaitStalled("orders", "CreateFailed")).contains(name);
    } else {
      tenant.awaitReady("orders");
      assertThat(
              postgres.ask(
                  "postgres",
                  "SELECT datlocprovider::text || ' ' || datlocale FROM pg_database WHERE datname = '"
                      + name
                      + "'"))
          .isEqualTo(letter + " " + locale);
      isAsItShallBeWhenItIsLookedAtAgain();
    }
    tenant.delete("orders");
    tenant.awaitGone("orders");
    assertThat(
            postgres.ask(
                "postgres", "SELECT count(*) FROM pg_roles WHERE rolname = '" + name + "'"))
        .isEqualTo("0");
  }

  private void isAsItShallBeWhenItIsLookedAtAgain() throws Exception {
    bindings.touch("orders");
    bindings.awaitObserved("orders");
    tenant.awaitReady("orders");
  }

  private void apply(String options) {
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec: {serverRef: {name: main}, databaseName: %s, template: template0, %s}
        """
            .formatted(name, options));
  }
}
