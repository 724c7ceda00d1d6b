package dev.pgdb.operator;

import dev.pgdb.testbed.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.awaitility.Awaitility;
import org.postgresql.PGConnection;

/**
 * Databases each of which something else keeps from being dropped, on one server without
 * ProcSignalBarriers: on a later release the deaf session alone would hold up every DROP.
 */
final class TenWaysToBlock implements AutoCloseable {
  static final String MAIN = "main";

  /** The same server, with an admin that is no superuser. */
  static final String LIMITED = "limited";

  private static final String PASSWORD = "let me in";

  private final Tenant tenant;
  private final TestPostgres server;
  private final Map<String, Way> ways = new LinkedHashMap<>();
  private final Deque<Connection> sessions = new ArrayDeque<>();

  /**
   * One of them.
   *
   * @param type of the blocker
   * @param subject of the blocker
   */
  record Way(String type, String subject, Action cure) {}

  /** What can fail as a statement does. */
  @FunctionalInterface
  interface Action {
    void run() throws SQLException;
  }

  TenWaysToBlock(Tenant tenant, TestPostgres server) throws SQLException {
    this.tenant = tenant;
    this.server = server;
    applyServers(tenant, server, MAIN, LIMITED);
  }

  /** One with the superuser for its admin, and one with the limited role, which is created. */
  static void applyServers(Tenant tenant, TestPostgres server, String main, String limited)
      throws SQLException {
    server.execute(
        "postgres", "CREATE ROLE limited LOGIN PASSWORD '" + PASSWORD + "' CREATEDB CREATEROLE");
    tenant.applyServer(main, server);
    tenant.applyServer(limited, server.port(), "limited", PASSWORD);
  }

  /** By the name of the resource, which is that of its database as well. */
  Map<String, Way> all() {
    return ways;
  }

  /** Creates the databases, lets each be blocked, and deletes their resources. */
  void begin() throws SQLException {
    create("slot", MAIN, "replicationSlots: Wait");
    create("subscribed", MAIN, "subscriptions: Wait");
    create("prepared", MAIN, "preparedTransactions: Wait");
    create("others-prepared", LIMITED, "");
    create("commented", MAIN, "");
    create("granted", MAIN, "");
    create("copied", MAIN, "");
    create("deaf", MAIN, "");
    create("forbidden", LIMITED, "");
    create("foreign-owner", LIMITED, "");

    slot(); // no logical slot comes into being while transactions are prepared
    subscription();
    prepared("prepared");
    prepared("others-prepared");
    openTransaction("commented", "COMMENT ON DATABASE \"commented\" IS 'not committed'");
    openTransaction("granted", "GRANT CONNECT ON DATABASE \"granted\" TO pg_monitor");
    copy();
    deaf();
    forbidden();
    foreignOwner();
    ways.keySet().forEach(tenant::delete);
  }

  private void create(String name, String on, String deletion) {
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: %s}
        spec: {serverRef: {name: %s}, deletion: {%s}}
        """
            .formatted(name, on, deletion));
    tenant.awaitReady(name);
  }

  private void slot() throws SQLException {
    in("slot", "SELECT pg_create_logical_replication_slot('kept', 'test_decoding')");
    ways.put(
        "slot",
        new Way("ReplicationSlot", "kept", () -> sql("SELECT pg_drop_replication_slot('kept')")));
  }

  private void subscription() throws SQLException {
    in(
        "subscribed",
        "CREATE SUBSCRIPTION feed CONNECTION 'dbname=nowhere' PUBLICATION p WITH (connect = false)",
        "ALTER SUBSCRIPTION feed SET (slot_name = NONE)");
    ways.put(
        "subscribed",
        new Way("Subscription", "feed", () -> in("subscribed", "DROP SUBSCRIPTION feed")));
  }

  private void prepared(String name) throws SQLException {
    in(name, "BEGIN; CREATE TABLE t (); PREPARE TRANSACTION '" + name + "'");
    ways.put(
        name,
        new Way("PreparedTransaction", name, () -> in(name, "ROLLBACK PREPARED '" + name + "'")));
  }

  private void openTransaction(String name, String sql) throws SQLException {
    Connection stranger = session("postgres");
    execute(stranger, "BEGIN", sql);
    ways.put(
        name, new Way("ForeignLock", "pid " + pid(stranger), () -> execute(stranger, "ROLLBACK")));
  }

  /** It hangs since somebody else is about to take the name of the copy. */
  private void copy() throws SQLException {
    sql("CREATE DATABASE renamed");
    Connection renaming = session("postgres");
    execute(renaming, "BEGIN", "ALTER DATABASE renamed RENAME TO the_copy");
    Connection copying = session("postgres");
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                execute(copying, "CREATE DATABASE the_copy TEMPLATE copied");
              } catch (SQLException e) {
                // the test is over
              }
            });
    Awaitility.await("the copy has begun")
        .until(
            () ->
                "1"
                    .equals(
                        Bindings.one(
                            server,
                            "SELECT count(*) FROM pg_locks l JOIN pg_database d ON d.oid = l.objid"
                                + " WHERE l.locktype = 'object' AND l.granted AND d.datname = 'copied'"
                                + " AND l.mode = 'ShareLock'")));
    ways.put(
        "copied",
        new Way("ForeignLock", "pid " + pid(copying), () -> execute(renaming, "ROLLBACK")));
  }

  private void deaf() throws SQLException {
    int pid = pid(session("deaf"));
    server.signal("STOP", pid);
    ways.put("deaf", new Way("DeafSession", "pid " + pid, () -> server.signal("CONT", pid)));
  }

  private void forbidden() throws SQLException {
    Connection superuser = session("forbidden");
    ways.put("forbidden", new Way("ForbiddenSession", "pid " + pid(superuser), superuser::close));
  }

  private void foreignOwner() throws SQLException {
    sql("CREATE ROLE dba", "ALTER DATABASE \"foreign-owner\" OWNER TO dba");
    ways.put(
        "foreign-owner",
        new Way("MissingPrivilege", "role limited", () -> sql("GRANT dba TO limited")));
  }

  private void sql(String... statements) throws SQLException {
    server.execute("postgres", statements);
  }

  private void in(String database, String... statements) throws SQLException {
    server.execute(database, statements);
  }

  private Connection session(String database) throws SQLException {
    Connection connection = server.connect(database);
    sessions.push(connection);
    return connection;
  }

  private static void execute(Connection session, String... statements) throws SQLException {
    try (var statement = session.createStatement()) {
      for (String sql : statements) {
        statement.execute(sql);
      }
    }
  }

  private static int pid(Connection session) throws SQLException {
    return session.unwrap(PGConnection.class).getBackendPID();
  }

  @Override
  public void close() throws SQLException {
    while (!sessions.isEmpty()) {
      sessions.pop().abort(Runnable::run);
    }
  }
}
