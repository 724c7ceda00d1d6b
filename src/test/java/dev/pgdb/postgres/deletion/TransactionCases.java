package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Situation.LIMIT;
import static dev.pgdb.postgres.deletion.Situation.execute;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import java.util.regex.Pattern;

/** Transactions that were prepared in the database. */
final class TransactionCases {
  private static final DeletionPolicy WAIT =
      new DeletionPolicy(Instant.EPOCH, false, true, true, false);
  static final DeletionPolicy TERMINATE = new DeletionPolicy(Instant.EPOCH, true, true, true, true);

  private TransactionCases() {}

  /** Prepares one after the other, under the rights of the one who is connected. */
  static void preparing(Neighbours it, String role) {
    it.again(
        Duration.ofMillis(1),
        () -> {
          try (var client = it.server.connect(it.database, role, Situation.PASSWORD)) {
            for (int i = 0; i < 4; i++) {
              prepare(client, "prepared " + UUID.randomUUID());
            }
          }
        });
  }

  static void prepare(Connection client, String gid) throws SQLException {
    execute(client, "BEGIN", "SELECT txid_current()", "PREPARE TRANSACTION '" + gid + "'");
  }

  static void prepared(Situation it) throws Exception {
    it.clients(4);
    String role = it.role();
    for (int i = 0; i < 3; i++) {
      preparing(it, role);
    }
    it.awaitCount(8, "pg_prepared_xacts WHERE database = '" + it.database + "'");

    it.deletion.awaitGone(LIMIT);
  }

  static void preparedByARoleThatIsGone(Situation it) throws Exception {
    String role = it.role();
    try (var client = it.server.connect(it.database, role, Situation.PASSWORD)) {
      prepare(client, "left by " + role);
    }
    it.server.execute("postgres", "DROP ROLE " + role);

    it.deletion.awaitGone(LIMIT);
  }

  /** The remedy is run to the letter. */
  static void preparedAndWait(Situation it) throws Exception {
    String gid = "it's \\ " + UUID.randomUUID();
    try (var client = it.connectAsClient()) {
      prepare(client, gid.replace("'", "''"));
    }
    it.clients(4);
    it.deletion.policy(WAIT);

    var blocker = it.deletion.awaitBlocker("PreparedTransaction", LIMIT);

    assertThat(blocker.subject()).isEqualTo(gid);
    assertThat(blocker.message()).contains(gid, it.client().role());
    it.server.execute(it.database, statementIn(blocker.remedy(), "ROLLBACK PREPARED"));
    it.deletion.awaitGone(LIMIT);
  }

  static String statementIn(String remedy, String start) {
    var matcher = Pattern.compile("(?:" + start + ")[^;]*").matcher(remedy);
    assertThat(matcher.find()).as(remedy).isTrue();
    return matcher.group();
  }

  /** What the database has set for the admin's sessions keeps them from starting. */
  static void noWayIn(Situation it) throws Exception {
    try (var client = it.connectAsClient()) {
      prepare(client, "locked in " + UUID.randomUUID());
    }
    String role = "ALTER ROLE " + it.roles.admin.role() + " IN DATABASE " + it.database;
    it.server.execute("postgres", role + " SET session_preload_libraries = 'missing'");

    var blocker = it.deletion.awaitBlocker("NoWayIn", LIMIT);

    assertThat(blocker.message()).contains("missing");
    it.server.execute("postgres", role + " RESET session_preload_libraries");
    it.deletion.awaitGone(LIMIT);
  }
}
