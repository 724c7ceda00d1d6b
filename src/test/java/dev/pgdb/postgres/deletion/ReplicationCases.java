package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Situation.LIMIT;
import static dev.pgdb.postgres.deletion.Situation.execute;
import static dev.pgdb.postgres.deletion.TransactionCases.statementIn;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;

/** Replication from and to the database. */
final class ReplicationCases {
  private static final DeletionPolicy WAIT =
      new DeletionPolicy(Instant.EPOCH, true, false, false, false);

  private ReplicationCases() {}

  private static String slotsOf(Situation it) {
    return "pg_replication_slots WHERE datoid = " + it.deletion.oid();
  }

  private static String slot(Neighbours it) throws SQLException {
    return slot(it, "slot_" + UUID.randomUUID().toString().substring(0, 8));
  }

  /** Waits for every transaction of the server; what somebody has left prepared lasts for ever. */
  static String slot(Neighbours it, String name) throws SQLException {
    it.server.execute(
        it.database,
        "SET statement_timeout = '60s'",
        "SELECT pg_create_logical_replication_slot('" + name + "', 'test_decoding')");
    return name;
  }

  /** Streams, and comes back when it is ended. */
  static void streaming(Neighbours it, String slot) throws SQLException {
    it.again(
        Duration.ofMillis(10),
        () -> {
          try (var client = it.walsender();
              var stream =
                  client
                      .unwrap(PGConnection.class)
                      .getReplicationAPI()
                      .replicationStream()
                      .logical()
                      .withSlotName(slot)
                      .start()) {
            while (true) {
              while (stream.readPending() != null) {}
              // A fast shutdown waits for that, and read() answers only with the next message.
              stream.setFlushedLSN(stream.getLastReceiveLSN());
              stream.forceUpdateStatus();
              LockSupport.parkNanos(50_000_000);
            }
          }
        });
    it.awaitCount(1, "pg_replication_slots WHERE active AND slot_name = '" + slot + "'");
  }

  static void activeSlots(Neighbours it, int count) throws SQLException {
    for (int i = 0; i < count; i++) {
      streaming(it, slot(it));
    }
  }

  static void activeSlots(Situation it) throws Exception {
    it.clients(4);
    activeSlots(it, 2);

    it.deletion.awaitGone(LIMIT);

    assertThat(it.count(slotsOf(it))).isZero();
  }

  static void inactiveSlots(Situation it) throws Exception {
    it.clients(4);
    slot(it);
    slot(it);

    it.deletion.awaitGone(LIMIT);

    assertThat(it.count(slotsOf(it))).isZero();
  }

  static void temporarySlots(Situation it) throws Exception {
    it.again(
        Duration.ofMillis(10),
        () -> {
          var client = it.walsender();
          execute(
              client,
              "CREATE_REPLICATION_SLOT temp_"
                  + UUID.randomUUID().toString().substring(0, 8)
                  + " TEMPORARY LOGICAL test_decoding");
          while (client.isValid(1)) {
            Thread.sleep(20);
          }
        });
    it.awaitCount(1, slotsOf(it));

    it.deletion.awaitGone(LIMIT);
  }

  static void slotsAndWait(Situation it) throws Exception {
    String slot = slot(it);
    it.clients(4);
    it.deletion.policy(WAIT);

    var blocker = it.deletion.awaitBlocker("ReplicationSlot", LIMIT);

    assertThat(blocker.subject()).isEqualTo(slot);
    it.server.execute("postgres", statementIn(blocker.remedy(), "SELECT pg_drop_replication_slot"));
    it.deletion.awaitGone(LIMIT);
  }

  private static String conninfo(Neighbours it, int port, String database) {
    return "host=%s port=%d dbname=%s user=%s password=''%s''"
        .formatted(
            it.server.host(),
            port,
            database,
            it.server.superuser(),
            it.server.password().replace("'", "\\''"));
  }

  /** Subscribes to a table of another database of the same server; returns the slot there. */
  static String subscribe(Neighbours it, boolean enabled) throws SQLException {
    String publisher = it.otherDatabase();
    String slot = "sub_" + UUID.randomUUID().toString().substring(0, 8);
    it.server.execute(
        publisher,
        "CREATE TABLE orders (id int)",
        "INSERT INTO orders VALUES (1)",
        "CREATE PUBLICATION published FOR TABLE orders",
        "SELECT pg_create_logical_replication_slot('" + slot + "', 'pgoutput')");
    it.atTheEnd(
        () -> it.server.execute("postgres", "SELECT pg_drop_replication_slot('" + slot + "')"));
    it.server.execute(
        it.database,
        "CREATE TABLE orders (id int)",
        "CREATE SUBSCRIPTION \"%s\" CONNECTION '%s' PUBLICATION published WITH (create_slot = false, slot_name = '%s', enabled = false)"
            .formatted(slot, conninfo(it, it.server.port(), publisher), slot),
        "GRANT CREATE ON DATABASE %s TO %s".formatted(it.database, it.subscriber()),
        "ALTER SUBSCRIPTION \"%s\" OWNER TO %s".formatted(slot, it.subscriber()));
    if (enabled) { // now, for its worker has the rights of its owner at the time
      it.server.execute(it.database, "ALTER SUBSCRIPTION \"%s\" ENABLE".formatted(slot));
    }
    return slot;
  }

  /** To a publisher that is not there, and has no slot for it. */
  static void subscribeToNobody(Neighbours it, String name) throws SQLException {
    it.server.execute(
        it.database,
        "CREATE SUBSCRIPTION \"%s\" CONNECTION '%s' PUBLICATION none WITH (connect = false)"
            .formatted(name, conninfo(it, 1, "none")));
  }

  /** What a person drops takes its slot along. */
  private static void namesTheSlot(Situation it, String slot) {
    boolean dropped = it.admin().isSuperuser() || Holder.hasSubscribers(it.server.release());
    assertThat(it.deletion.orphaned())
        .extracting(Subscription::slot)
        .isEqualTo(dropped ? List.of(slot) : List.of());
  }

  static void enabledSubscription(Situation it) throws Exception {
    String slot = subscribe(it, true);
    it.awaitCount(1, "pg_replication_slots WHERE active AND slot_name = '" + slot + "'");
    it.clients(4);

    it.deletion.awaitGone(LIMIT);

    namesTheSlot(it, slot);
  }

  static void disabledSubscription(Situation it) throws Exception {
    String slot = subscribe(it, false);
    it.clients(4);

    it.deletion.awaitGone(LIMIT);

    namesTheSlot(it, slot);
  }

  /** Its owner is an ordinary role, which may not alter it all the same. */
  static void subscriptionOfSuperusers(Situation it) throws Exception {
    String slot = subscribe(it, true);
    it.server.execute(
        it.database, "ALTER SUBSCRIPTION \"%s\" SET (password_required = false)".formatted(slot));
    it.clients(4);

    it.deletion.awaitGone(LIMIT);
  }

  /**
   * Of the database, which its owner may have set, and a trigger that lets nobody drop anything.
   */
  static void subscriptionBehindSettings(Situation it) throws Exception {
    String slot = subscribe(it, false);
    it.server.execute(
        it.database,
        "CREATE FUNCTION refuse() RETURNS event_trigger LANGUAGE plpgsql AS"
            + " $$ BEGIN RAISE EXCEPTION 'nothing is dropped here'; END $$",
        "CREATE EVENT TRIGGER refuse ON ddl_command_start EXECUTE PROCEDURE refuse()");
    it.server.execute(
        "postgres",
        "ALTER DATABASE %s SET role = '%s'".formatted(it.database, it.roles.owner.role()),
        "ALTER DATABASE %s SET local_preload_libraries = 'none_of_that_name'"
            .formatted(it.database));

    it.deletion.awaitGone(LIMIT);

    namesTheSlot(it, slot);
  }

  /** It takes connections and never says a word. */
  static void silentPublisher(Situation it) throws Exception {
    String slot = subscribe(it, false);
    var silent = silent();
    it.atTheEnd(silent);
    it.server.execute(
        it.database,
        "ALTER SUBSCRIPTION \"%s\" CONNECTION '%s'"
            .formatted(slot, conninfo(it, silent.getLocalPort(), "none")),
        "ALTER SUBSCRIPTION \"%s\" ENABLE".formatted(slot));
    it.clients(4);

    assertThat(it.deletion.awaitGone(LIMIT)).isLessThan(Duration.ofSeconds(10));

    namesTheSlot(it, slot);
  }

  private static ServerSocket silent() throws IOException {
    return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  }

  static void subscriptionAndWait(Situation it) throws Exception {
    String slot = subscribe(it, true);
    it.clients(4);
    it.deletion.policy(WAIT);

    var blocker = it.deletion.awaitBlocker("Subscription", LIMIT);

    assertThat(blocker.subject()).isEqualTo(slot);
    it.server.execute(it.database, statementIn(blocker.remedy(), "DROP SUBSCRIPTION"));
    it.deletion.awaitGone(LIMIT);
  }
}
