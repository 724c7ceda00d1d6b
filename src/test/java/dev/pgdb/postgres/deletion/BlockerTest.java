package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Snapshots.LONG_AGO;
import static dev.pgdb.postgres.deletion.Snapshots.client;
import static dev.pgdb.postgres.deletion.Snapshots.foreignLock;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Attempt.Failures;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What an engineer reads who was called at night: word for word, with the SQL to copy. */
class BlockerTest {
  static final AdminRole ADMIN = new AdminRole("pgdb", false);

  private static PreparedTransaction prepared(boolean actionable) {
    return new PreparedTransaction("it's 1", "app", LONG_AGO, actionable);
  }

  private static Subscription subscription(boolean actionable) {
    return new Subscription("feed", "app", "feed", false, actionable);
  }

  /** Compares a blocker with what it shall say. */
  static void says(Blocker blocker, String type, String subject, String message, String remedy) {
    assertThat(blocker.type()).isEqualTo(type);
    assertThat(blocker.subject()).isEqualTo(subject);
    assertThat(blocker.message()).isEqualTo(message);
    assertThat(blocker.remedy()).isEqualTo(remedy);
  }

  @Test
  void namesTheSessionThatTheAdminMayNotEnd() {
    says(
        new ForbiddenSession(client(false), "pgdb"),
        "ForbiddenSession",
        "pid 8123",
        "role pgdb may not terminate the client backend with pid 8123 of role app (psql) from"
            + " 10.0.0.7",
        "As a superuser: SELECT pg_terminate_backend(8123); If it is not a superuser's, GRANT"
            + " pg_signal_backend TO \"pgdb\"; lets pgdb end it. The deletion goes on as soon as it"
            + " has ended.");
  }

  @Test
  void namesASessionOfWhichLittleCanBeSeen() {
    var unknown = new Backend(8123, null, "", null, null, "starting", null, false, null);
    assertThat(new ForbiddenSession(unknown, "pgdb").message())
        .isEqualTo("role pgdb may not terminate the session with pid 8123");
  }

  @Test
  void namesTheDatabaseThatItsOwnSessionsAreIn() {
    says(
        new ReservedDatabase("orders", true),
        "ReservedDatabase",
        "database \"orders\"",
        "database \"orders\" is the maintenance database of a PostgresServer: the sessions of pgdb"
            + " are in it",
        "Set spec.maintenanceDatabase of that PostgresServer to another database, such as"
            + " postgres.");
  }

  @Test
  void namesTheDatabaseThatHasTheNameOfOneOfTheServer() {
    says(
        new ReservedDatabase("rdsadmin", false),
        "ReservedDatabase",
        "database \"rdsadmin\"",
        "database \"rdsadmin\" has a name that belongs to the server itself",
        "If it is the one to be dropped, rename it: ALTER DATABASE \"rdsadmin\" RENAME TO"
            + " \"rdsadmin_to_drop\"; else set spec.deletion.policy to Retain.");
  }

  @Test
  void namesWhatKeepsTheAdminOut() {
    says(
        new NoWayIn("orders", "pgdb", "FATAL: no pg_hba.conf entry"),
        "NoWayIn",
        "database \"orders\"",
        "prepared transactions or subscriptions can be ended only from inside database \"orders\","
            + " and the admin role does not get in: FATAL: no pg_hba.conf entry",
        "Let role pgdb log in there (pg_hba.conf, login triggers), or set"
            + " spec.deletion.preparedTransactions and spec.deletion.subscriptions to Wait: each of"
            + " them is named then, with what ends it.");
  }

  @Test
  void namesTheSessionThatDoesNotReact() {
    says(
        new DeafSession(client(true), LONG_AGO),
        "DeafSession",
        "pid 8123",
        "the client backend with pid 8123 of role app (psql) from 10.0.0.7 was told to end at"
            + " 2026-11-22T14:59:00Z and has not reacted",
        "On the host of the server, look at process 8123: if it is stopped, kill -CONT 8123 lets it"
            + " end; if it hangs in the kernel or in an extension, only a restart of the server"
            + " ends it. Never kill -9 it: that restarts the server for everybody.");
  }

  @Test
  void saysHowToEndAPreparedTransactionThatIsWaitedFor() {
    says(
        new PreparedTransactionLeft(prepared(true), "orders", false, ADMIN),
        "PreparedTransaction",
        "it's 1",
        "transaction it's 1 of role app is prepared and spec.deletion.preparedTransactions is Wait",
        "In database \"orders\", as role app or a superuser: ROLLBACK PREPARED 'it''s 1'; Or set"
            + " spec.deletion.preparedTransactions to RollBack.");
  }

  @Test
  void saysHowToGetInBehindAClosedDoor() {
    assertThat(new PreparedTransactionLeft(prepared(true), "orders", true, ADMIN).remedy())
        .isEqualTo(
            "As a superuser: ALTER DATABASE \"orders\" ALLOW_CONNECTIONS true; then, in database"
                + " \"orders\": ROLLBACK PREPARED 'it''s 1'; Or set"
                + " spec.deletion.preparedTransactions to RollBack.");
  }

  @Test
  void asksForTheRoleOfAPreparedTransaction() {
    says(
        new PreparedTransactionLeft(prepared(false), "orders", false, ADMIN),
        "PreparedTransaction",
        "it's 1",
        "transaction it's 1 of role app is prepared and role pgdb may not act for its owner",
        "In database \"orders\", as role app or a superuser: ROLLBACK PREPARED 'it''s 1'; Or let"
            + " pgdb do it: GRANT \"app\" TO \"pgdb\";");
  }

  @Test
  void saysHowToDropASubscriptionThatIsWaitedFor() {
    says(
        new SubscriptionLeft(subscription(true), "orders", false, ADMIN),
        "Subscription",
        "feed",
        "subscription feed is in the database and spec.deletion.subscriptions is Wait",
        "In database \"orders\", as role app or a superuser: DROP SUBSCRIPTION \"feed\"; If its publisher does not answer, before that: ALTER SUBSCRIPTION \"feed\" DISABLE; ALTER SUBSCRIPTION \"feed\" SET (slot_name = NONE); and its slot stays there. Or set"
            + " spec.deletion.subscriptions to Drop.");
  }

  @Test
  void asksForTheRoleOfASubscription() {
    says(
        new SubscriptionLeft(subscription(false), "orders", true, ADMIN),
        "Subscription",
        "feed",
        "subscription feed is in the database and role pgdb may not act for its owner app",
        "As a superuser: ALTER DATABASE \"orders\" ALLOW_CONNECTIONS true; then, in database"
            + " \"orders\": DROP SUBSCRIPTION \"feed\"; If its publisher does not answer, before that: ALTER SUBSCRIPTION \"feed\" DISABLE; ALTER SUBSCRIPTION \"feed\" SET (slot_name = NONE); and its slot stays there. Or let pgdb do it: GRANT \"app\" TO"
            + " \"pgdb\";");
  }

  @Test
  void asksASuperuserForASubscriptionThatNeedsNoPassword() {
    says(
        new SubscriptionLeft(
            new Subscription("feed", "app", "feed", true, false), "orders", false, ADMIN),
        "Subscription",
        "feed",
        "subscription feed is in the database and only a superuser may alter it: its"
            + " password_required is false",
        "In database \"orders\", as a superuser: DROP SUBSCRIPTION \"feed\"; If its publisher does not answer, before that: ALTER SUBSCRIPTION \"feed\" DISABLE; ALTER SUBSCRIPTION \"feed\" SET (slot_name = NONE); and its slot stays there. Or let pgdb do it:"
            + " ALTER SUBSCRIPTION \"feed\" SET (password_required = true);");
  }

  @Test
  void namesTheStandbyThatADropWaitsFor() {
    says(
        new SynchronousStandby(4711, LONG_AGO),
        "SynchronousStandby",
        "pid 4711",
        "DROP DATABASE (pid 4711) has done its work and waits for a synchronous standby to confirm"
            + " it",
        "Bring the standby back, or take it out of synchronous_standby_names and reload: SELECT"
            + " application_name, state FROM pg_stat_replication shows those that are there. The DROP"
            + " finishes by itself.");
  }

  @Test
  void saysHowToDropASlotThatIsWaitedFor() {
    says(
        new SlotLeft(new ReplicationSlot("cdc", 77), true, "pgdb"),
        "ReplicationSlot",
        "cdc",
        "logical replication slot cdc (used by pid 77) is in the database and"
            + " spec.deletion.replicationSlots is Wait",
        "Stop its consumer, then: SELECT pg_drop_replication_slot('cdc'); Or set"
            + " spec.deletion.replicationSlots to Drop.");
  }

  @Test
  void asksForTheRightToDropASlot() {
    says(
        new SlotLeft(new ReplicationSlot("cdc", null), false, "pgdb"),
        "ReplicationSlot",
        "cdc",
        "logical replication slot cdc is in the database and role pgdb has neither SUPERUSER nor"
            + " REPLICATION",
        "Stop its consumer, then: SELECT pg_drop_replication_slot('cdc'); Or let pgdb do it, as a"
            + " superuser: ALTER ROLE \"pgdb\" REPLICATION;");
  }

  /** Else it would change nothing for an admin that has created the role. */
  @Test
  void saysWhatTheMembershipIsForWhereOneCanBeForNothing() {
    var admin = new AdminRole("pgdb", true);
    assertThat(new MissingPrivilege("orders", "app", admin).remedy())
        .endsWith("GRANT \"app\" TO \"pgdb\" WITH INHERIT TRUE, SET TRUE;");
  }

  @Test
  void asksForTheOwnersRole() {
    says(
        new MissingPrivilege("orders", "app", ADMIN),
        "MissingPrivilege",
        "role pgdb",
        "role pgdb is neither a superuser nor a member of role app, which owns database \"orders\"",
        "As a superuser, or as a role with ADMIN OPTION for it: GRANT \"app\" TO \"pgdb\";");
  }

  @Test
  void saysWhereToFindTheBackendThatHoldsUpEveryDrop() {
    says(
        new ProcSignalBarrier(9000, LONG_AGO),
        "ProcSignalBarrier",
        "pid 9000",
        "DROP DATABASE (pid 9000) waits until every backend of the server has reacted to a signal,"
            + " and one does not",
        "The server's log names it: \"still waiting for backend with PID … to accept"
            + " ProcSignalBarrier\". On the host of the server, kill -CONT lets it go on if it is"
            + " stopped; if it hangs, only a restart of the server ends it. Do not cancel the DROP:"
            + " it finishes by itself.");
  }

  @Test
  void quotesWhatTheServerSaysToADropThatKeepsFailing() {
    says(
        new FailingDrop(
            "orders", new Failures(7, LONG_AGO, "ERROR: cannot drop a template database", "42809")),
        "DropFailed",
        "database \"orders\"",
        "DROP DATABASE \"orders\" fails each time: ERROR: cannot drop a template database",
        "Take away what the server complains of. The DROP is sent again by itself, at least every"
            + " ten seconds.");
  }

  @Test
  void saysSinceWhenWhereThatIsKnown() {
    assertThat(
            List.of(
                new ForbiddenSession(client(false), "pgdb"),
                new PreparedTransactionLeft(prepared(true), "orders", false, ADMIN),
                new ForeignTransaction(foreignLock(true, true), "orders", false, ADMIN)))
        .extracting(Blocker::since)
        .containsOnly(LONG_AGO);
  }
}
