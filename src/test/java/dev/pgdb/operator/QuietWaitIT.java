package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.parallel.ExecutionMode.CONCURRENT;

import dev.pgdb.api.BlockerStatus;
import dev.pgdb.api.DeletionStatus;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.postgresql.PGConnection;

/** What waits says for what, once, and looks again without ever hurrying. */
class QuietWaitIT {
  private static final Duration WHILE = Duration.ofSeconds(20);
  private static final Duration SOON = Duration.ofSeconds(60);

  /** One that was refused is tried again then. */
  private static final Duration UNTIL_NEXT_CREATE = Duration.ofSeconds(30);

  /** The longest pause between two looks, and what a slow machine needs for the rest. */
  private static final Duration AT_ONCE = Duration.ofSeconds(30);

  /** So many looks are made within the time that it takes a deletion to become e times as old. */
  private static final int LOOKS_PER_E = 10;

  /** A look is two transactions, and a change that is tried again is one more. */
  private static final int TRANSACTIONS_PER_LOOK = 3;

  /**
   * On a slow machine even who keeps locking is late now and then, and then it is sent for once.
   */
  private static final int FEW = 12;

  private static WatchedOperator operator;

  private Tenant tenant;

  @BeforeAll
  static void start() {
    operator = new WatchedOperator();
  }

  @BeforeEach
  void moveIn() {
    tenant = new Tenant(operator.cluster());
  }

  @AfterAll
  static void stop() {
    operator.close();
  }

  @Test
  @Execution(CONCURRENT)
  void writesNothingAndLooksSeldomWhileNothingChangesAndGoesOnWhenSomethingDoes() throws Exception {
    try (var postgres = TestPostgres.start("13");
        var ten = new TenWaysToBlock(tenant, postgres)) {
      ten.begin();
      ten.all().keySet().forEach(name -> tenant.awaitReason(name, "Blocked"));
      long begun = System.nanoTime();
      awaitQuiet();
      long before = transactions(postgres);
      double age = Math.max(1, (System.nanoTime() - begun) / 1e9);

      List<String> writes = writesWithin(WHILE);

      assertThat(writes).isEmpty();
      long transactions = transactions(postgres) - before;
      long most =
          Math.round(
              ten.all().size()
                  * (1 + LOOKS_PER_E * Math.log(1 + WHILE.toSeconds() / age))
                  * TRANSACTIONS_PER_LOOK);
      System.out.printf(
          "Ten blocked for %.0f s: %d transactions in the next %d s, at most %d%n",
          age, transactions, WHILE.toSeconds(), most);
      assertThat(transactions).isLessThan(most);
      for (var one : ten.all().entrySet()) {
        one.getValue().cure().run();
        long cured = System.nanoTime();
        tenant.awaitGone(one.getKey());
        assertThat(Duration.ofNanos(System.nanoTime() - cured))
            .as(one.getKey())
            .isLessThan(AT_ONCE);
        assertThat(tenant.story(one.getKey())).containsOnlyOnce("Blocked");
      }
    }
  }

  /** A stopped backend keeps every DROP from ending, and more of them from being sent. */
  @Test
  @Execution(CONCURRENT)
  void namesTheBarrierToThoseAsWellThatWaitForTheirTurn() throws Exception {
    try (var postgres = TestPostgres.start("18");
        var elsewhere = postgres.connect("postgres")) {
      tenant.applyServer("main", postgres);
      var names = List.of("one", "two", "three", "four", "five");
      names.forEach(name -> tenant.createDatabase(name, "main", null));
      failing("one", postgres);
      int pid = elsewhere.unwrap(PGConnection.class).getBackendPID();
      postgres.signal("STOP", pid);
      try {
        names.stream().skip(1).forEach(tenant::delete);
        for (String name : names.subList(1, 5)) {
          assertThat(tenant.awaitStalled(name, "Blocked")).contains("kill -CONT");
          assertThat(blocker(name).type()).isEqualTo("ProcSignalBarrier");
        }
        // Its DROP was sent, and waits for its turn to be sent again.
        tenant.setDeletion("one", "policy", "Retain");
        awaitStory("one", "TooLate");
        awaitQuiet();

        assertThat(writesWithin(WHILE)).isEmpty();
      } finally {
        postgres.signal("CONT", pid);
      }
      names.stream().skip(1).forEach(tenant::awaitGone);
      assertThat(tenant.story("one")).containsOnlyOnce("TooLate");
      heal("one", postgres);
    }
  }

  @Test
  @Execution(CONCURRENT)
  void namesWhatTheServerSaysToADropThatFailsEachTime() throws Exception {
    try (var postgres = TestPostgres.start("18")) {
      tenant.applyServer("main", postgres);
      tenant.createDatabase("failing", "main", null);

      failing("failing", postgres);

      assertThat(blocker("failing").message()).contains("cannot drop a template database");
      awaitQuiet();
      assertThat(writesWithin(WHILE)).isEmpty();
      assertThat(tenant.story("failing")).containsOnlyOnce("Blocked");
      heal("failing", postgres);
    }
  }

  /** Two sessions hand the lock on the database to each other, so that no DROP gets in between. */
  @Test
  @Execution(CONCURRENT)
  void writesNothingWhileOthersKeepLockingTheDatabase() throws Exception {
    try (var postgres = TestPostgres.start("18")) {
      tenant.applyServer("main", postgres);
      long oid = Tenant.oidOf(tenant.createDatabase("orders", "main", null));
      try (var others = new LockHandOver(postgres, oid)) {
        tenant.delete("orders");
        tenant.awaitReason("orders", "DropPending");

        assertThat(writesWithin(WHILE)).hasSizeLessThan(FEW);
        assertThat(requireNonNull(tenant.get("orders")).getStatus().conditions())
            .anySatisfy(c -> assertThat(c.getMessage()).contains("pg_locks", String.valueOf(oid)));
        assertThat(others.isGoingOn()).isTrue();
      }
      tenant.awaitGone("orders");
      assertThat(postgres.isThere(oid)).isFalse();
    }
  }

  @Test
  @Execution(CONCURRENT)
  void writesNothingWhileACreationFailsEachTimeAndCreatesOnceItCan() throws Exception {
    try (var postgres = TestPostgres.start("18")) {
      tenant.applyServer("main", postgres);
      applyIn("fast");
      assertThat(tenant.awaitStalled("orders", "CreateFailed")).contains("fast", "does not exist");
      awaitQuiet();
      long refused = refusals(postgres);

      List<String> writes = writesWithin(UNTIL_NEXT_CREATE.plus(Duration.ofSeconds(10)));

      assertThat(writes).isEmpty();
      awaitMoreRefusalsThan(refused, postgres);
      assertThat(tenant.story("orders")).containsOnlyOnce("CreateFailed");
      postgres.execute(
          "postgres", "SET allow_in_place_tablespaces = on", "CREATE TABLESPACE fast LOCATION ''");
      tenant.awaitReady("orders");
    }
  }

  @Test
  @Execution(CONCURRENT)
  void writesNothingWhileSomebodyIsInTheTemplateAndCreatesOnceNobodyIs() throws Exception {
    try (var postgres = TestPostgres.start("18")) {
      tenant.applyServer("main", postgres);
      try (var somebody = postgres.connect("template1")) {
        tenant.applyDatabase("orders", "main", null);
        tenant.awaitReason("orders", "Progressing");
        awaitQuiet();
        long refused = refusals(postgres);

        List<String> writes = writesWithin(WHILE);

        assertThat(writes).isEmpty();
        awaitMoreRefusalsThan(refused, postgres);
        assertThat(somebody.isValid(1)).isTrue();
      }
      tenant.awaitReady("orders");
    }
  }

  private void applyIn(String tablespace) {
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: orders}
        spec: {serverRef: {name: main}, tablespace: %s}
        """
            .formatted(tablespace));
  }

  /** The server counts what it has refused some seconds later. */
  private static void awaitMoreRefusalsThan(long before, TestPostgres postgres) {
    Awaitility.await("it was tried again").atMost(SOON).until(() -> refusals(postgres) > before);
  }

  /** How many statements of the operator the server has refused. */
  private static long refusals(TestPostgres postgres) throws SQLException {
    return Long.parseLong(
        postgres.ask(
            "postgres", "SELECT xact_rollback FROM pg_stat_database WHERE datname = 'postgres'"));
  }

  /**
   * A database that says of itself that nothing can be done to it but a DROP, and not even that.
   */
  private void failing(String name, TestPostgres postgres) throws SQLException {
    postgres.execute(
        "postgres",
        "UPDATE pg_database SET datconnlimit = -2, datistemplate = true WHERE datname = '"
            + name
            + "'");
    tenant.delete(name);
    tenant.awaitStalled(name, "Blocked");
    assertThat(blocker(name).type()).isEqualTo("DropFailed");
  }

  private void heal(String name, TestPostgres postgres) throws SQLException {
    postgres.execute(
        "postgres", "UPDATE pg_database SET datistemplate = false WHERE datname = '" + name + "'");
    tenant.awaitGone(name);
  }

  private BlockerStatus blocker(String name) {
    DeletionStatus deletion =
        requireNonNull(Statuses.of(requireNonNull(tenant.get(name))).deletion());
    assertThat(deletion.blockers()).hasSize(1);
    return deletion.blockers().getFirst();
  }

  /** What was just told may be told in the next moment. */
  private void awaitQuiet() {
    Awaitility.await("nothing is written any more")
        .atMost(SOON)
        .until(() -> writesWithin(Duration.ofSeconds(2)).isEmpty());
  }

  private List<String> writesWithin(Duration time) throws InterruptedException {
    return operator.writesWithin(time, tenant.namespace());
  }

  private void awaitStory(String name, String reason) {
    Awaitility.await(reason)
        .atMost(SOON)
        .untilAsserted(() -> assertThat(tenant.story(name)).contains(reason));
  }

  /** What the operator has begun so far; nobody else is in that database. */
  private static long transactions(TestPostgres postgres) throws SQLException {
    try (var connection = postgres.connect("template1");
        var statement = connection.createStatement();
        var row =
            statement.executeQuery(
                "SELECT xact_commit + xact_rollback FROM pg_stat_database"
                    + " WHERE datname = 'postgres'")) {
      row.next();
      return row.getLong(1);
    }
  }
}
