package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Attempt;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.ServerFacts;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Builds what a server may say. A new one is an empty database of ours with an open door, on
 * PostgreSQL 18, seen by a superuser.
 */
final class Snapshots {
  static final Instant NOW = Instant.parse("2026-11-22T15:00:00Z");
  static final Instant LONG_AGO = NOW.minus(Duration.ofMinutes(1));
  static final Instant JUST_NOW = NOW.minus(Duration.ofMillis(100));
  static final Claim OURS = new Claim("shop/orders", "11-22");
  static final String OUR_COMMENT = "pgdb.dev: shop/orders 11-22";
  static final String ANOTHERS_COMMENT = "pgdb.dev: billing/orders 33-44";
  static final int OID = 16412;
  static final String GRAVE = "pgdb_dropped_" + OID;
  static final int CLIENT_PID = 8123;
  static final int DROP_PID = 9000;
  private static final String SYSTEM = "7401234567890123456";

  private static final ReplicationSlot SLOT = new ReplicationSlot("cdc", null);
  static final ConnectGrant GRANT = new ConnectGrant(null, "app", true);

  private int version = 180006;
  private String system = SYSTEM;
  private boolean standby;
  private boolean superuser = true;
  private boolean exists = true;
  private String name = "orders";
  private boolean doorOpen = true;
  private boolean template;
  private boolean invalid;
  private @Nullable String comment = OUR_COMMENT;
  private Rights rights = new Rights(true, true, true, true, true);
  private List<ConnectGrant> grants = List.of();
  private List<Backend> backends = List.of();
  private Map<Integer, Instant> signalled = Map.of();
  private List<PreparedTransaction> prepared = List.of();
  private List<Subscription> subscriptions = List.of();
  private List<ReplicationSlot> slots = List.of();
  private List<ForeignLock> foreignLocks = List.of();
  private RowLock rowLock = RowLock.NONE;
  private boolean inside;
  private @Nullable NoWayIn noWayIn;
  private @Nullable DropWait drop;

  static Snapshots database() {
    return new Snapshots();
  }

  static ForeignLock foreignLock(boolean onRow, boolean signallable) {
    return new ForeignLock(
        4711, null, "5/77", "crm", "crm", "GRANT …", LONG_AGO, onRow, signallable);
  }

  static Backend client(boolean signallable) {
    return new Backend(
        CLIENT_PID,
        "app",
        "psql",
        "10.0.0.7",
        "client backend",
        "idle",
        LONG_AGO,
        signallable,
        null);
  }

  Snapshots version(int number) {
    version = number;
    return this;
  }

  Snapshots onAnotherCluster() {
    system = "1";
    return this;
  }

  Snapshots onStandby() {
    standby = true;
    return this;
  }

  Snapshots superuser(boolean is) {
    superuser = is;
    return this;
  }

  Snapshots gone() {
    exists = false;
    return this;
  }

  Snapshots buried(boolean is) {
    name = is ? GRAVE : "orders";
    return this;
  }

  Snapshots named(String is) {
    name = is;
    return this;
  }

  Snapshots doorOpen(boolean is) {
    doorOpen = is;
    return this;
  }

  Snapshots template(boolean is) {
    template = is;
    return this;
  }

  Snapshots invalid(boolean is) {
    invalid = is;
    return this;
  }

  Snapshots comment(@Nullable String text) {
    comment = text;
    return this;
  }

  Snapshots rights(boolean sufficient, boolean rename, boolean replication, boolean preparing) {
    rights = new Rights(sufficient, sufficient, rename, replication, preparing);
    return this;
  }

  Snapshots granted(boolean is) {
    grants = is ? List.of(GRANT) : List.of();
    return this;
  }

  Snapshots backends(Backend... all) {
    backends = List.of(all);
    return this;
  }

  /** A client that was told to end a minute ago. */
  Snapshots deafClient() {
    signalled = Map.of(CLIENT_PID, LONG_AGO);
    return backends(client(true));
  }

  Snapshots prepared(boolean actionable) {
    prepared = List.of(new PreparedTransaction("g1", "app", LONG_AGO, actionable));
    return this;
  }

  Snapshots subscribed(boolean actionable) {
    subscriptions = List.of(new Subscription("feed", "app", "feed", false, actionable));
    return this;
  }

  Snapshots slots(boolean some) {
    slots = some ? List.of(SLOT) : List.of();
    return this;
  }

  Snapshots locked(ForeignLock... locks) {
    foreignLocks = List.of(locks);
    return this;
  }

  Snapshots rowLock(RowLock as) {
    rowLock = as;
    return this;
  }

  Snapshots inside(boolean is) {
    inside = is;
    return this;
  }

  Snapshots met(NoWayIn what) {
    noWayIn = what;
    return this;
  }

  Snapshots dropRunning() {
    drop = new DropWait(new Attempt(DROP_PID, LONG_AGO), "", true);
    return this;
  }

  /** Which this process has not sent. */
  Snapshots dropOfOthersRunning() {
    drop = new DropWait(new Attempt(DROP_PID, LONG_AGO), "", false);
    return this;
  }

  Snapshots dropOnBarrier() {
    drop = new DropWait(new Attempt(DROP_PID, LONG_AGO), "ProcSignalBarrier", true);
    return this;
  }

  Snapshots dropFailed(Instant when) {
    return dropFailed(when, 1);
  }

  /** The last of several in a row, the first of which was sent long ago. */
  Snapshots dropFailed(Instant when, int times) {
    drop = new DropWait(failed(when, times), null, true);
    return this;
  }

  /** It is sent once more. */
  Snapshots dropRunsAfterFailures(Instant since, int times) {
    var failures = failed(LONG_AGO, times).failures();
    drop = new DropWait(new Attempt(DROP_PID, since, null, failures), "", true);
    return this;
  }

  private static Attempt failed(Instant when, int times) {
    var attempt = new Attempt(DROP_PID, LONG_AGO);
    for (int i = 0; i < times; i++) {
      attempt = attempt.failed(new SQLException("55006"), i == 0 && times > 1 ? LONG_AGO : when);
    }
    return attempt;
  }

  DatabaseSnapshot see() {
    var server =
        new ServerFacts(
            "x", version, system, standby, "postgres", "pgdb", superuser, true, true, true);
    var identity = new DatabaseIdentity("orders", OURS, new DatabaseIdentity.Recorded(OID, SYSTEM));
    DatabaseRow row =
        new DatabaseRow(OID, name, "app", doorOpen, template, invalid ? -2 : -1, null, comment);
    return new DatabaseSnapshot(
        server,
        identity,
        exists ? row : null,
        rights,
        grants,
        backends,
        List.of(),
        signalled,
        prepared,
        subscriptions,
        slots,
        foreignLocks,
        rowLock,
        inside,
        noWayIn,
        drop);
  }
}
