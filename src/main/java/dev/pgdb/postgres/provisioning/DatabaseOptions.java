package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.ExactChange;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import dev.pgdb.postgres.provisioning.Difference.Kind;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The options that a database was created with: those that PostgreSQL can alter are mended, of the
 * others it is said how they differ.
 */
final class DatabaseOptions {
  private static final int WITH_PROVIDERS = 150000;
  private static final int WITH_ONE_LOCALE_COLUMN = 170000;

  private final AdminSession session;
  private final ServerFacts server;
  private final DesiredDatabase desired;
  private final DatabaseRow row;
  private final List<Difference> differences = new ArrayList<>();
  private boolean altered;

  DatabaseOptions(
      AdminSession session, ServerFacts server, DesiredDatabase desired, DatabaseRow row) {
    this.session = session;
    this.server = server;
    this.desired = desired;
    this.row = row;
  }

  /** What could not be mended. */
  List<Difference> mend() throws SQLException {
    mendOwner();
    mendConnectionLimit();
    compareTheFixedOnes();
    return differences;
  }

  /** The database as it is now. */
  DatabaseRow mended() throws SQLException {
    return altered ? DatabaseRow.byOid(session, row.oid()).orElse(row) : row;
  }

  private void mendOwner() throws SQLException {
    String owner = desired.ownerOf(row);
    if (!row.owner().equals(owner)) {
      alter(
          "owner is \"" + row.owner() + "\"",
          Sql.of("ALTER DATABASE %I OWNER TO %I", row.name(), owner));
    }
  }

  private void mendConnectionLimit() throws SQLException {
    if (row.connectionLimit() != desired.connectionLimit()) {
      alter(
          "connection limit is " + row.connectionLimit(),
          Sql.of("ALTER DATABASE %I CONNECTION LIMIT %L", row.name(), desired.connectionLimit()));
    }
  }

  private void alter(String now, Sql change) throws SQLException {
    try {
      altered |=
          ExactChange.apply(
              session, row.oid(), desired.identity().claim(), row.name(), List.of(change));
    } catch (SQLException e) {
      if (!SqlState.isOneOf(e, SqlState.INSUFFICIENT_PRIVILEGE, SqlState.UNDEFINED_OBJECT)) {
        throw e;
      }
      differs(now + ": " + e.getMessage());
    }
  }

  private void compareTheFixedOnes() throws SQLException {
    if (desired.encoding() == null
        && desired.locale() == null
        && desired.localeProvider() == null
        && desired.tablespace() == null) {
      return;
    }
    Optional<Fixed> found =
        session.queryOne(
            query(),
            row ->
                new Fixed(
                    row.getString(1),
                    row.getBoolean(2),
                    row.getString(3),
                    row.getString(4),
                    row.getString(5),
                    row.getString(6),
                    row.getString(7)));
    if (found.isEmpty()) {
      return;
    }
    Fixed fixed = found.get();
    if (desired.encoding() != null && !fixed.sameEncoding) {
      differs("encoding is " + fixed.encoding + fixedFor("spec.encoding", desired.encoding()));
    }
    String provider = provider(fixed.provider);
    if (desired.localeProvider() != null && !desired.localeProvider().equals(provider)) {
      differs(
          "localeProvider is "
              + provider
              + fixedFor("spec.localeProvider", desired.localeProvider()));
    }
    compareLocale(fixed);
    if (desired.tablespace() != null && !desired.tablespace().equals(fixed.tablespace)) {
      differs(
          "tablespace is "
              + fixed.tablespace
              + ", spec.tablespace says "
              + desired.tablespace()
              + "; PostgreSQL moves a database while nobody is connected to it only: "
              + Sql.of("ALTER DATABASE %I SET TABLESPACE %I", row.name(), desired.tablespace()));
    }
  }

  private void compareLocale(Fixed fixed) {
    String wanted = desired.locale();
    if (wanted == null) {
      return;
    }
    boolean libc = desired.localeProvider() == null || desired.localeProvider().equals("libc");
    if (libc) {
      if (!same(wanted, fixed.collate) || !same(wanted, fixed.ctype)) {
        differs(
            "locale is "
                + fixed.collate
                + (same(String.valueOf(fixed.collate), fixed.ctype) ? "" : " and " + fixed.ctype)
                + fixedFor("spec.locale", wanted));
      }
    } else if (!same(wanted, fixed.locale)) {
      differs("locale is " + fixed.locale + fixedFor("spec.locale", wanted));
    }
  }

  private Sql query() {
    return Sql.of(
        "SELECT pg_encoding_to_char(d.encoding), pg_char_to_encoding(%L) = d.encoding,"
            + " d.datcollate, d.datctype, %s, t.spcname"
            + " FROM pg_database d JOIN pg_tablespace t ON t.oid = d.dattablespace"
            + " WHERE d.oid = %L",
        desired.encoding() == null ? "" : desired.encoding(),
        Sql.of(
            server.versionNumber() >= WITH_ONE_LOCALE_COLUMN
                ? "d.datlocprovider::text, d.datlocale"
                : server.versionNumber() >= WITH_PROVIDERS
                    ? "d.datlocprovider::text, d.daticulocale"
                    : "'c'::text, NULL::text"),
        row.oid());
  }

  private record Fixed(
      String encoding,
      boolean sameEncoding,
      String collate,
      String ctype,
      String provider,
      @Nullable String locale,
      String tablespace) {}

  private static String provider(String letter) {
    return switch (letter) {
      case "i" -> "icu";
      case "b" -> "builtin";
      default -> "libc";
    };
  }

  /** C.UTF-8 and C.utf8 are one, and so are en_US and en-US. */
  private static boolean same(String wanted, @Nullable String found) {
    return found != null && normal(wanted).equals(normal(found));
  }

  private static String normal(String locale) {
    return locale.toLowerCase(Locale.ROOT).replaceAll("[-_]", "");
  }

  private static String fixedFor(String field, String wanted) {
    return ", "
        + field
        + " says "
        + wanted
        + "; PostgreSQL cannot change it once the database exists";
  }

  private void differs(String what) {
    differences.add(new Difference(Kind.OPTION, what));
  }
}
