package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.SessionsBusyException;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import dev.pgdb.postgres.provisioning.DesiredContent.Extension;
import dev.pgdb.postgres.provisioning.DesiredContent.Schema;
import dev.pgdb.postgres.provisioning.Difference.Kind;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Provisioned;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The schemas and extensions of one database. Each is seen to by itself: one that fails neither
 * hides nor stops the others. The session inside lasts as long as that, and no longer.
 */
final class ContentProvisioning {
  private final AdminSession inside;
  private final String owner;
  private final List<Sql> toActAsOwner;
  private final OwnerCheck check;
  private final List<Difference> differences = new ArrayList<>();

  private ContentProvisioning(
      AdminSession inside, String owner, List<Sql> toActAsOwner, OwnerCheck check) {
    this.inside = inside;
    this.owner = owner;
    this.toActAsOwner = toActAsOwner;
    this.check = check;
  }

  /** Whether there is anything to look after inside. */
  static boolean isWanted(Provisioned database, DesiredDatabase desired) {
    return !desired.content().isEmpty() && !database.database().invalid();
  }

  /** Adds what could not be made so. */
  static Provisioned ensure(
      Provisioned database,
      DesiredDatabase desired,
      OwnerPasswords passwords,
      AdminSessions sessions) {
    var differences = new ArrayList<>(database.differences());
    try {
      differences.addAll(
          sessions.visit(
              database.database().name(),
              inside -> {
                requireToBe(database.database(), inside);
                ServerFacts server = ServerFacts.read(inside);
                String owner = database.owner().role();
                var content =
                    new ContentProvisioning(
                        inside,
                        owner,
                        OwnerRow.toActAs(inside, server, owner),
                        new OwnerCheck(inside, server, desired.identity().claim(), passwords));
                content.ensure(desired.content());
                return content.differences;
              }));
    } catch (SessionsBusyException e) {
      differences.addFirst(
          new Difference(Kind.PENDING, "its schemas and extensions are seen to in a moment"));
    } catch (SQLException e) {
      Kind first = desired.content().schemas().isEmpty() ? Kind.EXTENSION : Kind.SCHEMA;
      differences.add(Difference.of(first, "nobody could look into the database", e));
    }
    return new Provisioned(database.database(), database.created(), database.owner(), differences);
  }

  /** Its name may have come to mean another database since the last look. */
  private static void requireToBe(DatabaseRow database, AdminSession inside) throws SQLException {
    if (!inside.isIn(database)) {
      throw new SQLException("\"" + database.name() + "\" is another database by now");
    }
  }

  private void ensure(DesiredContent desired) throws SQLException {
    Map<String, String> schemas = schemas();
    for (Schema schema : desired.schemas()) {
      run(
          Kind.SCHEMA,
          "schema \"" + schema.name() + "\"",
          () -> ensure(schema, schemas.get(schema.name())));
    }
    Map<String, Installed> extensions = extensions();
    for (Extension extension : desired.extensions()) {
      run(
          Kind.EXTENSION,
          "extension \"" + extension.name() + "\"",
          () -> ensure(extension, extensions.get(extension.name())));
    }
  }

  private void run(Kind kind, String what, Action action) throws SQLException {
    try {
      action.run();
    } catch (OwnerTakenException e) {
      differences.add(
          new Difference(
              Kind.OWNER, what + ": " + e.getMessage() + "; choose another owner in spec.schemas"));
    } catch (SQLException e) {
      if (!inside.isAlive()) {
        throw e;
      }
      differences.add(Difference.of(kind, what, e));
    }
  }

  private Map<String, String> schemas() throws SQLException {
    Map<String, String> owners = new HashMap<>();
    inside.query(
        Sql.of("SELECT nspname, pg_get_userbyid(nspowner) FROM pg_namespace"),
        row -> owners.put(row.getString(1), row.getString(2)));
    return owners;
  }

  private void ensure(Schema schema, @Nullable String ownerNow) throws SQLException {
    String wanted = Objects.requireNonNullElse(schema.owner(), owner);
    if (!wanted.equals(owner)) {
      check.check(wanted);
    }
    if (ownerNow == null) {
      change(Sql.of("CREATE SCHEMA %I AUTHORIZATION %I", schema.name(), wanted));
    } else if (!ownerNow.equals(wanted)) {
      change(Sql.of("ALTER SCHEMA %I OWNER TO %I", schema.name(), wanted));
    }
  }

  private record Installed(String version, String schema) {}

  private Map<String, Installed> extensions() throws SQLException {
    Map<String, Installed> installed = new HashMap<>();
    inside.query(
        Sql.of(
            "SELECT e.extname, e.extversion, n.nspname FROM pg_extension e"
                + " JOIN pg_namespace n ON n.oid = e.extnamespace"),
        row -> installed.put(row.getString(1), new Installed(row.getString(2), row.getString(3))));
    return installed;
  }

  private void ensure(Extension extension, @Nullable Installed now) throws SQLException {
    if (now == null) {
      create(extension);
      return;
    }
    String version = extension.version();
    if (version != null && !version.equals(now.version())) {
      change(Sql.of("ALTER EXTENSION %I UPDATE TO %L", extension.name(), version));
    }
    String schema = extension.schema();
    if (schema != null && !schema.equals(now.schema())) {
      change(Sql.of("ALTER EXTENSION %I SET SCHEMA %I", extension.name(), schema));
    }
  }

  private void create(Extension extension) throws SQLException {
    Sql create = Sql.of("CREATE EXTENSION %I", extension.name());
    Optional<String> schema =
        Optional.ofNullable(extension.schema()).or(() -> Optional.of("public"));
    if (extension.schema() == null && choosesItsSchema(extension)) {
      schema = Optional.empty();
    }
    if (schema.isPresent()) {
      create = Sql.of("%s SCHEMA %I", create, schema.get());
    }
    String version = extension.version();
    change(version == null ? create : Sql.of("%s VERSION %L", create, version));
  }

  /** In the admin's own role where that may, as what it has installed itself. */
  private void change(Sql change) throws SQLException {
    try {
      inside.execute(change);
    } catch (SQLException e) {
      if (toActAsOwner.isEmpty() || !SqlState.INSUFFICIENT_PRIVILEGE.is(e)) {
        throw e;
      }
      changeAsOwner(change);
    }
  }

  private void changeAsOwner(Sql change) throws SQLException {
    var changes = new ArrayList<>(toActAsOwner);
    changes.add(change);
    inside.inTransaction(
        () -> {
          inside.execute(Sql.sequence(changes));
          return true;
        });
  }

  /** Whether its control file says where it goes. */
  private boolean choosesItsSchema(Extension extension) throws SQLException {
    return inside
        .queryOne(
            Sql.of(
                "SELECT v.schema IS NOT NULL FROM pg_available_extensions a"
                    + " JOIN pg_available_extension_versions v USING (name)"
                    + " WHERE a.name = %L AND v.version = %s",
                extension.name(),
                extension.version() == null
                    ? Sql.of("a.default_version")
                    : Sql.of("%L", extension.version())),
            row -> row.getBoolean(1))
        .orElse(false);
  }

  @FunctionalInterface
  private interface Action {
    void run() throws SQLException;
  }
}
