package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The options of a database that PostgreSQL cannot alter while people work in it.
 *
 * @param provider libc, icu or builtin
 * @param locale of a provider other than libc
 */
record FixedOptions(
    String encoding,
    String collate,
    String ctype,
    String provider,
    @Nullable String locale,
    String tablespace) {
  private static final int WITH_ONE_LOCALE_COLUMN = 170000;

  /** Of pg_database as {@code d} and its pg_tablespace as {@code t}. */
  static Sql columns(ServerFacts server) {
    return Sql.of(
        "pg_encoding_to_char(d.encoding), d.datcollate, d.datctype, %s, t.spcname",
        Sql.of(
            server.versionNumber() >= WITH_ONE_LOCALE_COLUMN
                ? "d.datlocprovider::text, d.datlocale"
                : server.hasLocaleProviders()
                    ? "d.datlocprovider::text, d.daticulocale"
                    : "'c'::text, NULL::text"));
  }

  /**
   * Reads the {@link #columns}.
   *
   * @param first where they begin
   */
  static FixedOptions read(ResultSet row, int first) throws SQLException {
    return new FixedOptions(
        row.getString(first),
        row.getString(first + 1),
        row.getString(first + 2),
        switch (row.getString(first + 3)) {
          case "i" -> "icu";
          case "b" -> "builtin";
          default -> "libc";
        },
        row.getString(first + 4),
        row.getString(first + 5));
  }

  /** Whether the encoding has this name. It may have others, which only the server knows. */
  boolean isEncodedIn(String name) {
    return same(name, encoding);
  }

  /**
   * In which of them the database that there is differs from the one that shall be.
   *
   * @param sameEncoding whether the encoding is the desired one
   */
  List<Difference> differences(DesiredDatabase desired, boolean sameEncoding) {
    var differences = new ArrayList<String>();
    if (desired.encoding() != null && !sameEncoding) {
      differences.add("encoding is " + encoding + fixedFor("spec.encoding", desired.encoding()));
    }
    if (desired.localeProvider() != null && !desired.localeProvider().equals(provider)) {
      differences.add(
          "localeProvider is "
              + provider
              + fixedFor("spec.localeProvider", desired.localeProvider()));
    }
    compareLocale(desired, differences);
    if (desired.tablespace() != null && !desired.tablespace().equals(tablespace)) {
      differences.add(
          "tablespace is "
              + tablespace
              + ", spec.tablespace says "
              + desired.tablespace()
              + "; PostgreSQL moves a database while nobody is connected to it only: "
              + Sql.of(
                  "ALTER DATABASE %I SET TABLESPACE %I",
                  desired.identity().name(), desired.tablespace()));
    }
    return differences.stream().map(what -> new Difference(Difference.Kind.OPTION, what)).toList();
  }

  private void compareLocale(DesiredDatabase desired, List<String> differences) {
    String wanted = desired.locale();
    if (wanted == null) {
      return;
    }
    boolean libc = desired.localeProvider() == null || desired.localeProvider().equals("libc");
    if (libc) {
      if (!same(wanted, collate) || !same(wanted, ctype)) {
        differences.add(
            "locale is "
                + collate
                + (same(String.valueOf(collate), ctype) ? "" : " and " + ctype)
                + fixedFor("spec.locale", wanted));
      }
    } else if (locale == null || !LocaleName.mayBe(wanted, locale, provider)) {
      differences.add("locale is " + locale + fixedFor("spec.locale", wanted));
    }
  }

  private static boolean same(String wanted, @Nullable String found) {
    return found != null && LocaleName.isSame(wanted, found);
  }

  private static String fixedFor(String field, String wanted) {
    return ", "
        + field
        + " says "
        + wanted
        + "; PostgreSQL cannot change it once the database exists";
  }
}
