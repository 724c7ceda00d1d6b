package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Sql;
import java.time.Instant;

/**
 * A prepared transaction that is to be waited for, or whose owner the admin cannot act for
 * (docs/postgresql.md, "Prepared transactions").
 */
record PreparedTransactionLeft(
    PreparedTransaction transaction, String database, boolean doorClosed, AdminRole admin)
    implements Blocker {
  @Override
  public String type() {
    return "PreparedTransaction";
  }

  @Override
  public String subject() {
    return transaction.gid();
  }

  @Override
  public Instant since() {
    return transaction.preparedAt();
  }

  @Override
  public String message() {
    String what =
        "transaction " + transaction.gid() + " of role " + transaction.owner() + " is prepared";
    return transaction.actionable()
        ? what + " and spec.deletion.preparedTransactions is Wait"
        : what + " and role " + admin + " may not act for its owner";
  }

  @Override
  public String remedy() {
    return Inside.database(database, doorClosed, transaction.owner())
        + Sql.of("ROLLBACK PREPARED %L", transaction.gid())
        + "; "
        + (transaction.actionable()
            ? "Or set spec.deletion.preparedTransactions to RollBack."
            : "Or let pgdb do it: " + admin.membershipIn(transaction.owner()) + ";");
  }
}
