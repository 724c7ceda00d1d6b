package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Situation.LIMIT;
import static dev.pgdb.postgres.deletion.Situation.execute;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;

/** What the row of the database says, and who reads it. */
final class CatalogCases {
  private CatalogCases() {}

  static void template(Situation it) throws Exception {
    it.server.execute("postgres", "ALTER DATABASE " + it.database + " IS_TEMPLATE true");
    it.clients(4);

    it.deletion.awaitGone(LIMIT);
  }

  /** A DROP that was cut off leaves such a database. */
  static void invalid(Situation it) throws Exception {
    it.clients(4);
    it.server.execute(
        "postgres", "UPDATE pg_database SET datconnlimit = -2 WHERE oid = " + it.deletion.oid());

    it.deletion.awaitGone(LIMIT);
  }

  static void invalidAndLocked(Situation it) throws Exception {
    it.server.execute(
        "postgres", "UPDATE pg_database SET datconnlimit = -2 WHERE oid = " + it.deletion.oid());
    var foreign = it.session("postgres");
    execute(foreign, "BEGIN", "COMMENT ON DATABASE " + it.database + " IS 'open'");

    it.deletion.awaitBlocker("ForeignLock", LIMIT);

    execute(foreign, "ROLLBACK");
    it.deletion.awaitGone(LIMIT);
  }

  /** The copy hangs since somebody else is about to take its name. */
  static void beingCopied(Situation it) throws Exception {
    String copy = "copy_" + UUID.randomUUID().toString().substring(0, 8);
    String other = it.otherDatabase();
    var renaming = it.session("postgres");
    execute(renaming, "BEGIN", "ALTER DATABASE " + other + " RENAME TO " + copy);
    var copying = it.session("postgres");
    it.meanwhile(() -> execute(copying, "CREATE DATABASE " + copy + " TEMPLATE " + it.database));
    it.awaitCount(
        1,
        "pg_locks WHERE locktype = 'object' AND mode = 'ShareLock' AND granted AND objid = "
            + it.deletion.oid());
    it.atTheEnd(() -> it.server.execute("postgres", "DROP DATABASE IF EXISTS " + copy));

    var blocker = it.deletion.awaitBlocker("ForeignLock", LIMIT);

    assertThat(blocker.subject()).isEqualTo("pid " + Situation.pid(copying));
    if (it.admin().isSuperuser()) { // others do not see what a superuser says
      assertThat(blocker.message()).contains("CREATE DATABASE");
    }
    execute(renaming, "ROLLBACK");
    it.deletion.awaitGone(LIMIT);
    it.awaitCount(1, "pg_database WHERE datname = '" + copy + "'");
  }

  /** Everything at once. */
  static void torture(Situation it) throws Exception {
    Torture.begin(it, 20);
    it.deletion.policy(TransactionCases.TERMINATE);

    it.deletion.awaitGone(LIMIT);
  }

  /** Somebody else has a database of the name that ours is to be renamed to; it stays. */
  static void graveTaken(Situation it) throws Exception {
    String grave = "pgdb_dropped_" + it.deletion.oid();
    it.server.execute("postgres", "CREATE DATABASE " + grave);
    it.atTheEnd(() -> it.server.execute("postgres", "DROP DATABASE IF EXISTS " + grave));
    it.clients(4);

    it.deletion.awaitGone(LIMIT);

    assertThat(it.count("pg_database WHERE datname = '" + grave + "'")).isOne();
  }
}
