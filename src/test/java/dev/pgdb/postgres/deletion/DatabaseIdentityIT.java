package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.postgres.deletion.DeletionStep.NotOurs;
import dev.pgdb.postgres.deletion.ReleaseOutcome.NothingOurs;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.Missing;
import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Exactly the database that is meant is dropped, or none: never one that only has its name. */
@ParameterizedClass(name = "PostgreSQL {0}")
@MethodSource("releases")
class DatabaseIdentityIT {
  private final TestPostgres server;
  private final Catalog catalog;

  static List<String> releases() {
    return Releases.orElse("9.6", "18");
  }

  DatabaseIdentityIT(String release) {
    server = TestPostgres.shared(release);
    catalog = new Catalog(server);
  }

  @Test
  void dropsNothingWhenTheNameHasComeToMeanAnotherDatabase() throws Exception {
    try (var run = new DeletionRun(server)) {
      DatabaseIdentity identity = run.create("recreated");
      long impostor = recreate("recreated");
      var before = catalog.state(impostor);

      assertThat(run.delete(identity)).isInstanceOf(Gone.class);

      assertThat(catalog.state(impostor)).isEqualTo(before);
    }
  }

  @Test
  void dropsTheRightOneThoughItWasRenamedAndItsNameTaken() throws Exception {
    try (var run = new DeletionRun(server)) {
      DatabaseIdentity identity = run.create("renamed");
      server.execute("postgres", "ALTER DATABASE renamed RENAME TO renamed_away");
      server.execute("postgres", "CREATE DATABASE renamed");
      long impostor = catalog.oid("renamed");
      var before = catalog.state(impostor);

      assertThat(run.delete(identity)).isInstanceOf(Gone.class);

      assertThat(catalog.named(oid(identity))).isEmpty();
      assertThat(catalog.state(impostor)).isEqualTo(before);
    }
  }

  @Test
  void dropsTheDatabaseWhoseClaimAPersonHasRemovedOrSpoilt() throws Exception {
    for (String comment : new String[] {"NULL", "'the orders'", "'pgdb.dev: shop'"}) {
      try (var run = new DeletionRun(server)) {
        DatabaseIdentity identity = run.create("unclaimed");
        comment("unclaimed", comment);

        assertThat(run.delete(identity)).isInstanceOf(Gone.class);

        assertThat(catalog.named(oid(identity))).isEmpty();
      }
    }
  }

  /** The server was put back to an earlier state, and counts its OIDs from there again. */
  @Test
  void leavesTheOneAloneThatHasComeToHaveItsOid() throws Exception {
    try (var run = new DeletionRun(server)) {
      server.execute("postgres", "CREATE DATABASE billing");
      long billing = catalog.oid("billing");
      var before = catalog.state(billing);
      DatabaseIdentity lost = run.identityOf("orders", billing);

      assertThat(run.delete(lost)).isInstanceOf(NotOurs.class);
      assertThat(run.provisionOnce(lost, "orders")).isInstanceOf(Missing.class);
      assertThat(run.release(lost, null)).isEqualTo(new NothingOurs(false));

      assertThat(catalog.state(billing)).isEqualTo(before);
      server.execute("postgres", "DROP DATABASE billing");
    }
  }

  @Test
  void dropsNeitherOfTwoDatabasesThatBearTheSameClaimWhenNoOidIsNoted() throws Exception {
    try (var run = new DeletionRun(server)) {
      DatabaseIdentity identity = run.create("original");
      server.execute("postgres", "CREATE DATABASE copied");
      comment("copied", "'" + identity.claim().addedTo(null) + "'");
      var withoutOid = new DatabaseIdentity("original", identity.claim(), null);

      assertThatThrownBy(() -> run.pass(withoutOid, DeletionRun.atOnce()))
          .hasMessageContainingAll("\"copied\"", "\"original\"", "COMMENT ON DATABASE");

      assertThat(catalog.state(oid(identity))).singleElement().asString().contains("original");
      comment("copied", "NULL");
      assertThat(run.delete(withoutOid)).isInstanceOf(Gone.class);
      assertThat(catalog.named(oid(identity))).isEmpty();
      server.execute("postgres", "DROP DATABASE copied");
    }
  }

  @Test
  void waitsForACreationThatWasSentBeforeTheDeletionBegan() throws Exception {
    try (var run = new DeletionRun(server)) {
      var claim = DeletionRun.someClaim("late");
      var identity = new DatabaseIdentity("late", claim, null);
      String name = DatabaseName.whileCreated(claim);
      Thread creation;
      try (var copied = server.connect("template1")) {
        assertThat(copied.isValid(1)).isTrue(); // for five seconds, CREATE DATABASE waits for it
        creation = Thread.ofVirtual().start(() -> create(name));
        Awaitility.await()
            .until(
                () ->
                    catalog.rows(
                        "SELECT pid FROM pg_stat_activity WHERE state = 'active'"
                            + " AND query LIKE 'CREATE DATABASE \"pgdb_creating%'"),
                pids -> !pids.isEmpty());

        assertThat(run.pass(identity, DeletionRun.atOnce()).step())
            .isInstanceOf(DeletionStep.AwaitSessions.class);
      }
      creation.join();
      assertThat(catalog.rows("SELECT 1 FROM pg_database WHERE datname = '" + name + "'"))
          .isNotEmpty();
      assertThat(run.delete(identity)).isInstanceOf(Gone.class);
      assertThat(catalog.rows("SELECT 1 FROM pg_database WHERE datname = '" + name + "'"))
          .isEmpty();
    }
  }

  private void create(String name) {
    try {
      server.execute("postgres", "CREATE DATABASE \"" + name + "\"");
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private long recreate(String name) throws SQLException {
    server.execute("postgres", "DROP DATABASE " + name, "CREATE DATABASE " + name);
    return catalog.oid(name);
  }

  private void comment(String database, String comment) throws SQLException {
    server.execute("postgres", "COMMENT ON DATABASE \"" + database + "\" IS " + comment);
  }

  private static long oid(DatabaseIdentity identity) {
    return requireNonNull(identity.recorded()).oid();
  }
}
