package dev.pgdb.postgres.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Provisioned;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * On a cluster that was made with another provider than libc, each database has the one it asks
 * for.
 */
class LocaleProviderIT {
  private static final String LOCALE =
      "SELECT datlocprovider::text || ' ' || datcollate || ' ' || coalesce(%s, '-')"
          + " FROM pg_database WHERE datname = '%s'";

  private int count;

  @Test
  void onAClusterOfIcu() throws Exception {
    try (var postgres = clusterOf("16", "icu ICU_LOCALE 'en'")) {
      assertThat(created(postgres, "daticulocale", null, null)).isEqualTo("i C en");
      assertThat(created(postgres, "daticulocale", null, "libc")).isEqualTo("c C -");
      assertThat(created(postgres, "daticulocale", "POSIX", "libc")).isEqualTo("c C -");
      assertThat(created(postgres, "daticulocale", "de_DE@collation=phonebook", "icu"))
          .isEqualTo("i C de-DE-u-co-phonebk");
      assertThat(created(postgres, "daticulocale", "en_US.UTF-8", "icu")).isEqualTo("i C en-US");
      assertThat(created(postgres, "daticulocale", "POSIX", null))
          .isEqualTo("i C en-US-u-va-posix");
    }
  }

  @Test
  void onAClusterOfBuiltinLocales() throws Exception {
    try (var postgres = clusterOf("18", "builtin BUILTIN_LOCALE 'C.UTF-8'")) {
      assertThat(created(postgres, "datlocale", null, null)).isEqualTo("b C C.UTF-8");
      assertThat(created(postgres, "datlocale", "C", "libc")).isEqualTo("c C -");
      assertThat(created(postgres, "datlocale", "C", null)).isEqualTo("b C C");
      assertThat(created(postgres, "datlocale", "en_US.UTF-8", "icu")).isEqualTo("i C en-US");
    }
  }

  /** As initdb --locale-provider makes it: all that counts for a new database is template0. */
  private static TestPostgres clusterOf(String release, String provider) throws SQLException {
    var postgres = TestPostgres.start(release);
    postgres.execute(
        "postgres",
        "CREATE DATABASE other TEMPLATE template0 LOCALE_PROVIDER " + provider,
        "ALTER DATABASE template0 IS_TEMPLATE false",
        "DROP DATABASE template0",
        "ALTER DATABASE other RENAME TO template0",
        "UPDATE pg_database SET datcollversion = NULL WHERE datname = 'template0'");
    return postgres;
  }

  /** What PostgreSQL says of it, once pgdb finds nothing to complain about. */
  private String created(
      TestPostgres postgres, String column, @Nullable String locale, @Nullable String provider)
      throws SQLException {
    String name = "sorted_" + ++count;
    var desired =
        new DesiredDatabase(
            new DatabaseIdentity(name, new Claim("shop/" + name, "uid-" + name), null),
            name,
            false,
            false,
            "template0",
            null,
            locale,
            provider,
            null,
            -1,
            DesiredContent.NONE);
    try (var run = new ProvisioningRun(postgres)) {
      assertThat(run.provision(desired))
          .isInstanceOfSatisfying(
              Provisioned.class, there -> assertThat(there.differences()).isEmpty());
    }
    return postgres.ask("postgres", LOCALE.formatted(column, name));
  }
}
