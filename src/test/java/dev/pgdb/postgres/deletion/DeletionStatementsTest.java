package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Snapshots.LONG_AGO;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Sql;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Statements whose exact form matters. */
class DeletionStatementsTest {
  private static final Subscription SUBSCRIPTION =
      new Subscription("feed", "app", "feed", false, true);

  private static List<String> text(List<Sql> statements) {
    return statements.stream().map(Sql::toString).toList();
  }

  @Test
  void dropsASubscriptionAsItsOwnerAndWithoutItsPublisher() {
    assertThat(text(SUBSCRIPTION.drop(false)))
        .containsExactly(
            "SET ROLE \"app\"",
            "ALTER SUBSCRIPTION \"feed\" DISABLE",
            "ALTER SUBSCRIPTION \"feed\" CONNECTION 'host=/nowhere password=none'",
            "ALTER SUBSCRIPTION \"feed\" SET (slot_name = NONE)",
            "DROP SUBSCRIPTION IF EXISTS \"feed\"",
            "RESET ROLE");
  }

  @Test
  void dropsASubscriptionAsTheSuperuserSinceItsOwnerMayNotAlterEachOne() {
    assertThat(text(SUBSCRIPTION.drop(true))).doesNotContain("SET ROLE \"app\"");
  }

  @Test
  void dropsNoSlotThatHasBecomeAnothers() {
    assertThat(new ReplicationSlot("feed", null).dropIn(4711))
        .hasToString(
            "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
                + " WHERE slot_name = 'feed' AND datoid = 4711");
  }

  @Test
  void endsAForeignTransactionWhoseStartTheAdminMayNotSee() {
    var lock = new ForeignLock(4711, null, "5/77", "crm", "crm", null, null, true, true);
    assertThat(lock.terminate())
        .hasToString(
            "SELECT pg_terminate_backend(4711) WHERE EXISTS (SELECT FROM pg_locks"
                + " WHERE pid = 4711 AND virtualtransaction = '5/77' AND granted)");
  }

  @Test
  void endsNoLaterTransactionOfTheSameBackend() {
    var lock = new ForeignLock(4711, null, "5/78", "crm", "crm", null, LONG_AGO, true, true);
    assertThat(lock.terminate().toString()).contains("virtualtransaction = '5/78'");
  }
}
