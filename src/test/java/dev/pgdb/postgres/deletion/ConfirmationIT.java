package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.deletion.DeletionStep.Drop;
import dev.pgdb.postgres.deletion.DeletionStep.DropSlots;
import dev.pgdb.postgres.deletion.DeletionStep.DropSubscriptions;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.postgres.deletion.DeletionStep.NotOurs;
import dev.pgdb.postgres.deletion.DeletionStep.Reclaim;
import dev.pgdb.postgres.deletion.DeletionStep.RollBackPrepared;
import dev.pgdb.postgres.deletion.DeletionStep.TerminateForeign;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What cannot be given back is done only where the deletion is still wanted, which is asked right
 * before it.
 */
@ParameterizedClass(name = "PostgreSQL {0}")
@ValueSource(strings = {"9.6", "13", "18"})
class ConfirmationIT {
  private final TestPostgres server;
  private final Catalog catalog;
  private final DeletionRun run;
  private final DatabaseIdentity identity;
  private final long oid;
  private final Neighbours neighbours;

  ConfirmationIT(String release) {
    server = TestPostgres.shared(release);
    catalog = new Catalog(server);
    run = new DeletionRun(server);
    identity = run.create("unconfirmed");
    oid = requireNonNull(identity.recorded()).oid();
    neighbours = new Neighbours(server, "unconfirmed", oid);
  }

  @BeforeEach
  void connectClients() throws Exception {
    neighbours.clients(4);
  }

  @AfterEach
  void delete() {
    try {
      assertThat(run.delete(identity)).isInstanceOf(Gone.class);
    } finally {
      neighbours.close();
      run.close();
    }
  }

  @Test
  void dropsNothing() throws SQLException {
    DeletionProgress ready =
        Awaitility.await()
            .until(
                () -> run.pass(identity, DeletionRun.atOnce()),
                progress -> progress.step() instanceof Drop);

    assertThat(run.drop(ready, () -> false)).isFalse();

    assertThat(catalog.named(oid)).hasSize(1);
  }

  @Test
  void rollsNoTransactionBack() throws SQLException {
    try (var client = server.connect("unconfirmed")) {
      Neighbours.execute(
          client, "BEGIN", "SELECT txid_current()", "PREPARE TRANSACTION 'unconfirmed'");
    }

    passUnconfirmedUpTo(RollBackPrepared.class);

    assertThat(catalog.rows("SELECT gid FROM pg_prepared_xacts WHERE gid = 'unconfirmed'"))
        .hasSize(1);
  }

  @Test
  void rollsNoTransactionOfAnotherDatabaseBack() throws Exception {
    String elsewhere = neighbours.otherDatabase();
    String gid =
        ForeignCases.prepareForeign(
            neighbours, elsewhere, "unconfirmed elsewhere", ForeignCases.grant(neighbours));

    passUnconfirmedUpTo(TerminateForeign.class, TransactionCases.TERMINATE);

    assertThat(catalog.rows("SELECT database FROM pg_prepared_xacts WHERE gid = '" + gid + "'"))
        .containsExactly(elsewhere);
    server.execute(elsewhere, "ROLLBACK PREPARED '" + gid + "'");
  }

  /** Applications use a gid again as soon as it is free. */
  @Test
  void rollsBackNoOtherTransactionThatHasComeToHaveTheGid() throws Exception {
    String elsewhere = neighbours.otherDatabase();
    String gid =
        ForeignCases.prepareForeign(neighbours, elsewhere, "batch", ForeignCases.grant(neighbours));
    var paid = new AtomicBoolean();

    Awaitility.await()
        .atMost(Neighbours.LIMIT)
        .until(
            () ->
                run.pass(
                        identity,
                        TransactionCases.TERMINATE,
                        () -> paid.get() || pay(elsewhere, gid, paid))
                    .step(),
            step -> paid.get());

    assertThat(catalog.rows("SELECT database FROM pg_prepared_xacts WHERE gid = '" + gid + "'"))
        .containsExactly(elsewhere);
    server.execute(elsewhere, "COMMIT PREPARED '" + gid + "'");
  }

  private boolean pay(String in, String gid, AtomicBoolean paid) {
    try {
      server.execute(in, "COMMIT PREPARED '" + gid + "'");
      try (var client = server.connect(in)) {
        Neighbours.execute(
            client, "BEGIN", "CREATE TABLE payments ()", "PREPARE TRANSACTION '" + gid + "'");
      }
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
    paid.set(true);
    return true;
  }

  /** The API server may take its time to answer, and others do not wait for it. */
  @Test
  void losesNothingOfWhatAnotherResourceClaimsMeanwhile() throws Exception {
    try (var client = server.connect("unconfirmed")) {
      TransactionCases.prepare(client, "taken over");
    }

    Awaitility.await()
        .atMost(Neighbours.LIMIT)
        .until(
            () -> run.pass(identity, DeletionRun.atOnce(), this::isClaimedMeanwhile).step(),
            NotOurs.class::isInstance);

    assertThat(catalog.rows("SELECT gid FROM pg_prepared_xacts WHERE gid = 'taken over'"))
        .hasSize(1);
    comment(identity.claim().addedTo(null)); // and it is dropped after all
  }

  private boolean isClaimedMeanwhile() {
    try {
      comment("pgdb.dev: shop/another 11111111-2222-3333-4444-555555555555");
      return true;
    } catch (SQLException e) {
      throw new AssertionError(e);
    }
  }

  private void comment(String text) throws SQLException {
    server.execute("postgres", "COMMENT ON DATABASE unconfirmed IS '" + text + "'");
  }

  @Test
  void dropsNoSlotAndNoSubscription() throws SQLException {
    boolean subscribes = Holder.isAtLeast(server.release(), "10");
    if (subscribes) {
      ReplicationCases.subscribe(neighbours, true);
    } else {
      server.execute(
          "unconfirmed",
          "SELECT pg_create_logical_replication_slot('unconfirmed', 'test_decoding')");
    }

    passUnconfirmedUpTo(subscribes ? DropSubscriptions.class : DropSlots.class);

    assertThat(
            catalog.rows(
                subscribes
                    ? "SELECT subname FROM pg_subscription WHERE subdbid = " + oid
                    : "SELECT slot_name FROM pg_replication_slots WHERE datoid = " + oid))
        .hasSize(1);
  }

  @Test
  void claimsNothingAgain() throws SQLException {
    server.execute("postgres", "COMMENT ON DATABASE unconfirmed IS 'mine'");

    passUnconfirmedUpTo(Reclaim.class);

    assertThat(catalog.state(oid)).singleElement().asString().contains("mine");
    assertThat(catalog.state(oid)).singleElement().asString().doesNotContain("pgdb.dev");
  }

  private void passUnconfirmedUpTo(Class<? extends DeletionStep> step) {
    passUnconfirmedUpTo(step, DeletionRun.atOnce());
  }

  private void passUnconfirmedUpTo(Class<? extends DeletionStep> step, DeletionPolicy policy) {
    Awaitility.await()
        .atMost(Neighbours.LIMIT)
        .until(() -> run.pass(identity, policy, () -> false).step(), step::isInstance);
  }
}
