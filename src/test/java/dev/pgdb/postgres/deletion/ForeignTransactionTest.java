package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.BlockerTest.ADMIN;
import static dev.pgdb.postgres.deletion.BlockerTest.says;
import static dev.pgdb.postgres.deletion.Snapshots.LONG_AGO;
import static dev.pgdb.postgres.deletion.Snapshots.foreignLock;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What is told of a transaction of another database, word for word. */
class ForeignTransactionTest {
  private static ForeignLock foreignPrepared() {
    return new ForeignLock(null, "g1", "-1/77", "app", "crm", null, LONG_AGO, true, false);
  }

  @Test
  void saysHowToEndAForeignTransaction() {
    says(
        new ForeignTransaction(foreignLock(true, true), "orders", false, ADMIN),
        "ForeignLock",
        "pid 4711",
        "the transaction of the backend with pid 4711 of role crm in database crm locks database"
            + " \"orders\"; its last statement is GRANT (SELECT query FROM pg_stat_activity WHERE pid"
            + " = 4711 shows it)",
        "Let it commit or roll back, or end it: SELECT pg_terminate_backend(4711); Or set"
            + " spec.deletion.foreignLocks to Terminate.");
  }

  @Test
  void asksForTheRightToEndAForeignTransaction() {
    assertThat(new ForeignTransaction(foreignLock(true, false), "orders", true, ADMIN).remedy())
        .isEqualTo(
            "Let it commit or roll back, or end it as a superuser: SELECT"
                + " pg_terminate_backend(4711); If it is not a superuser's, GRANT"
                + " pg_signal_backend TO \"pgdb\"; lets pgdb end it.");
  }

  @Test
  void saysThatAForeignTransactionWasToldToEnd() {
    assertThat(new ForeignTransaction(foreignLock(true, true), "orders", true, ADMIN).remedy())
        .isEqualTo(
            "Let it commit or roll back, or end it as a superuser: SELECT"
                + " pg_terminate_backend(4711); It was told to end.");
  }

  @Test
  void saysWhereAForeignPreparedTransactionCanBeEnded() {
    says(
        new ForeignTransaction(foreignPrepared(), "orders", false, ADMIN),
        "ForeignLock",
        "prepared transaction g1",
        "prepared transaction g1 of role app in database crm locks database \"orders\"",
        "Let it commit or roll back, or end it in database crm: ROLLBACK PREPARED 'g1'; Or set"
            + " spec.deletion.foreignLocks to Terminate.");
  }

  @Test
  void asksForTheRoleOfAForeignPreparedTransaction() {
    assertThat(new ForeignTransaction(foreignPrepared(), "orders", true, ADMIN).remedy())
        .isEqualTo(
            "Let it commit or roll back, or end it as a superuser in database crm: ROLLBACK PREPARED"
                + " 'g1'; Or let pgdb do it: GRANT \"app\" TO \"pgdb\";");
  }
}
