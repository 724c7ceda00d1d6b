package dev.pgdb.postgres.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Addresses;
import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.testbed.TestPostgres;
import java.util.List;
import java.util.Set;
import org.awaitility.Awaitility;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whose lock is a foreign transaction's. */
class ForeignLockIT {

  /**
   * RENAME waits for a backend that is starting, as for one whose start waits for a lock on
   * pg_class: that one is to be ended, and not to be waited for.
   */
  @ParameterizedTest
  @ValueSource(strings = {"9.6", "13"})
  void takesNoStartingBackendOfTheDatabaseForAForeignTransaction(String release) throws Exception {
    var server = TestPostgres.shared(release);
    server.execute("postgres", "CREATE DATABASE starting");
    var catalog = new Catalog(server);
    long oid = catalog.oid("starting");
    try (var neighbours = new Neighbours(server, "starting", oid);
        var admin = AdminSession.open(Addresses.of(server), "postgres")) {
      neighbours.meanwhile(() -> neighbours.slowSession(60));
      String starting =
          Awaitility.await()
              .until(() -> virtualTransactions(catalog, oid), one -> one.size() == 1)
              .getFirst();

      var locks = ForeignLock.of(oid, Set.of(starting), ServerFacts.read(admin));

      assertThat(admin.queryAll(List.of(locks)).to(locks)).isEmpty();
    } finally {
      server.execute(
          "postgres",
          "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE objid = " + oid,
          "DROP DATABASE starting");
    }
  }

  private static List<String> virtualTransactions(Catalog catalog, long oid) throws Exception {
    return catalog.rows(
        "SELECT virtualtransaction FROM pg_locks WHERE granted AND locktype = 'object'"
            + " AND classid = 'pg_database'::regclass AND objid = "
            + oid);
  }
}
