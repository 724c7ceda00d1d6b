package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postgresql.PGConnection;

/** With the policy Retain a resource goes and its database stays as it was. */
@OnEachServer(diagonal = true)
class RetentionIT extends TenantOnServer {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static final String WAITING_DROPS =
      "SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'DROP DATABASE \"pgdb_dropped_%d\"%%'"
          + " AND wait_event LIKE 'Checkpoint%%'";

  private final String database = tenant.namespace() + "-retained";

  RetentionIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @Test
  void keepsTheDatabaseAndTakesTheClaimAway() throws Exception {
    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    retain();

    tenant.delete("orders");

    tenant.awaitGone("orders");
    assertThat(catalog.nameOf(oid)).hasValue(database);
    assertThat(catalog.commentOf(oid)).isEmpty();
    assertThat(catalog.lets(oid)).isTrue();
    awaitStory("Released");
  }

  @Test
  void givesTheDatabaseBackWhileTheDeletionWaits() throws Exception {
    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    postgres.execute("postgres", "GRANT CONNECT ON DATABASE \"" + database + "\" TO pg_monitor");
    String state;
    try (var stranger = postgres.connect("postgres");
        var statement = stranger.createStatement();
        var clients = storm(4, "orders", database)) {
      state = catalog.stateOf(oid);
      stranger.setAutoCommit(false);
      statement.execute("COMMENT ON DATABASE \"" + database + "\" IS 'in an open transaction'");
      tenant.delete("orders");
      assertThat(tenant.awaitStalled("orders", "Blocked")).contains("pg_terminate_backend");

      retain();
      stranger.rollback();

      tenant.awaitGone("orders");
      clients.awaitAllConnected(SOON);
    }
    assertThat(catalog.stateOf(oid)).isEqualTo(state);
  }

  /** What a deletion may wait for, door closed and grants revoked. */
  enum Wait {
    DRAIN("drain: 1h", "WaitingForSessions"),
    PREPARED_TRANSACTION("preparedTransactions: Wait", "Blocked"),
    DEAF_SESSION("drain: 0s", "Blocked");

    private final String deletion;
    private final String reason;

    Wait(String deletion, String reason) {
      this.deletion = deletion;
      this.reason = reason;
    }
  }

  @ParameterizedTest
  @EnumSource
  void givesTheDatabaseBackWhateverTheDeletionWaitsFor(Wait wait) throws Exception {
    long oid = create(wait.deletion);
    String quoted = '"' + database + '"';
    postgres.execute(
        "postgres",
        "GRANT CONNECT ON DATABASE " + quoted + " TO pg_monitor",
        "ALTER DATABASE " + quoted + " IS_TEMPLATE true",
        "COMMENT ON DATABASE " + quoted + " IS 'Of the shop.\n" + catalog.commentOf(oid) + "'");
    String state = catalog.stateOf(oid);
    assertThat(state).startsWith(database + " | t | t | 7 | ");
    try (var session = logIn()) {
      int pid = session.unwrap(PGConnection.class).getBackendPID();
      if (wait == Wait.PREPARED_TRANSACTION) {
        prepareIn(session);
      }
      if (wait == Wait.DEAF_SESSION) {
        postgres.signal("STOP", pid);
      }
      try {
        tenant.delete("orders");
        tenant.awaitReason("orders", wait.reason);

        retain();

        tenant.awaitGone("orders");
      } finally {
        postgres.signal("CONT", pid);
      }
    }
    assertThat(catalog.stateOf(oid)).isEqualTo(state);
    assertThat(catalog.commentOf(oid)).isEqualTo("Of the shop.");
    awaitStory("Released");
    if (wait == Wait.PREPARED_TRANSACTION) {
      postgres.execute(database, "ROLLBACK PREPARED '" + database + "'");
    }
  }

  /** A DROP that pgdb has not sent is no reason to call it too late. */
  @Test
  void givesTheDatabaseBackThoughSomebodyElseHasTriedToDropIt() throws Exception {
    long oid = create(Wait.PREPARED_TRANSACTION.deletion);
    try (var session = logIn()) {
      prepareIn(session);
    }
    tenant.delete("orders");
    tenant.awaitReason("orders", "Blocked");
    assertThat(refusal("DROP DATABASE \"" + database + "\"")).isEqualTo("55006");
    assertThat(tenant.reason("orders")).isEqualTo("Blocked"); // nothing has been ended for it

    retain();

    tenant.awaitGone("orders");
    assertThat(catalog.nameOf(oid)).hasValue(database);
    assertThat(catalog.lets(oid)).isTrue();
    postgres.execute(database, "ROLLBACK PREPARED '" + database + "'");
  }

  @Test
  void namesWhoKeepsTheDatabaseFromBeingGivenBack() throws Exception {
    long oid = create("drain: 1h, preparedTransactions: Wait");
    postgres.execute("postgres", "GRANT CONNECT ON DATABASE \"" + database + "\" TO pg_monitor");
    String state = catalog.stateOf(oid);
    try (var session = logIn();
        var stranger = postgres.connect("postgres")) {
      tenant.delete("orders");
      tenant.awaitReason("orders", "WaitingForSessions");
      prepareIn(session);
      assertThat(tenant.awaitStalled("orders", "Blocked")).contains("ROLLBACK PREPARED");
      int pid = lockRow(stranger);

      retain();

      Awaitility.await("the one who locks it is named")
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(tenant.awaitStalled("orders", "Blocked"))
                      .contains("SELECT pg_terminate_backend(" + pid + ")", "foreignLocks"));
      assertThat(blockers()).containsExactly("ForeignLock pid " + pid);
      stranger.rollback();
      tenant.awaitGone("orders");
    }
    assertThat(catalog.stateOf(oid)).isEqualTo(state);
    postgres.execute(database, "ROLLBACK PREPARED '" + database + "'");
  }

  @Test
  void endsWhoKeepsTheDatabaseFromBeingGivenBackWhereThatIsAllowed() throws Exception {
    long oid = create("drain: 1h, foreignLocks: Terminate");
    postgres.execute("postgres", "GRANT CONNECT ON DATABASE \"" + database + "\" TO pg_monitor");
    String state = catalog.stateOf(oid);
    try (var session = logIn();
        var stranger = logIn("postgres")) {
      tenant.delete("orders");
      tenant.awaitReason("orders", "WaitingForSessions");
      lockRow(stranger);

      retain();

      tenant.awaitGone("orders");
      assertThat(stranger.isValid(1)).isFalse();
      assertThat(session.isValid(5)).isTrue();
    }
    assertThat(catalog.stateOf(oid)).isEqualTo(state);
  }

  /** In a transaction that stays open; returns its backend. */
  private int lockRow(Connection stranger) throws SQLException {
    stranger.setAutoCommit(false);
    try (var statement = stranger.createStatement()) {
      statement.execute("GRANT TEMPORARY ON DATABASE \"" + database + "\" TO pg_monitor");
    }
    return stranger.unwrap(PGConnection.class).getBackendPID();
  }

  private List<String> blockers() {
    var deletion = requireNonNull(Statuses.of(requireNonNull(tenant.get("orders"))).deletion());
    return deletion.blockers().stream().map(found -> found.type() + " " + found.subject()).toList();
  }

  private long create(String deletion) {
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec:
          serverRef: {name: main}
          databaseName: "%s"
          connectionLimit: 7
          deletion: {%s}
        """
            .formatted(database, deletion));
    return Tenant.oidOf(tenant.awaitReady("orders"));
  }

  /** As the owner, whose sessions every admin may end. */
  private Connection logIn() throws SQLException {
    return logIn(database);
  }

  private Connection logIn(String to) throws SQLException {
    Map<String, String> owner = bindings.entries("orders-db");
    return postgres.connect(
        to, owner.getOrDefault("username", ""), owner.getOrDefault("password", ""));
  }

  private void prepareIn(Connection session) throws SQLException {
    try (var statement = session.createStatement()) {
      session.setAutoCommit(false);
      statement.execute("CREATE TABLE t ()");
      statement.execute("PREPARE TRANSACTION '" + database + "'");
      session.setAutoCommit(true);
    }
  }

  private String refusal(String sql) {
    try {
      postgres.execute("postgres", sql);
      return "none";
    } catch (SQLException e) {
      return e.getSQLState();
    }
  }

  /** On every release a DROP waits for the checkpointer. */
  @Test
  void saysThatItIsTooLateOnceTheDropWasSent() throws Exception {
    long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", database));
    long checkpointer =
        Long.parseLong(
            postgres.ask(
                "postgres",
                "SELECT pid FROM pg_stat_activity WHERE backend_type = 'checkpointer'"));
    postgres.signal("STOP", checkpointer);
    try {
      tenant.delete("orders");
      Awaitility.await("the DROP waits")
          .atMost(SOON)
          .until(() -> !Bindings.one(postgres, WAITING_DROPS.formatted(oid)).equals("0"));

      retain();

      awaitStory("TooLate");
    } finally {
      postgres.signal("CONT", checkpointer);
    }
    tenant.awaitGone("orders");
    assertThat(catalog.nameOf(oid)).isEmpty();
  }

  private void retain() {
    tenant.setDeletion("orders", "policy", "Retain");
  }

  private void awaitStory(String reason) {
    Awaitility.await(reason)
        .atMost(SOON)
        .untilAsserted(() -> assertThat(tenant.story("orders")).contains(reason));
  }
}
