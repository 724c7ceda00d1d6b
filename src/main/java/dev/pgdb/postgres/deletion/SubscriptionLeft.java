package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Sql;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A subscription that is to be waited for, or whose owner the admin cannot act for
 * (docs/postgresql.md, "Subscriptions").
 */
record SubscriptionLeft(
    Subscription subscription, String database, boolean doorClosed, AdminRole admin)
    implements Blocker {
  @Override
  public String type() {
    return "Subscription";
  }

  @Override
  public String subject() {
    return subscription.name();
  }

  @Override
  public @Nullable Instant since() {
    return null;
  }

  @Override
  public String message() {
    String what = "subscription " + subscription.name() + " is in the database";
    if (subscription.actionable()) {
      return what + " and spec.deletion.subscriptions is Wait";
    }
    return subscription.ofSuperusers()
        ? what + " and only a superuser may alter it: its password_required is false"
        : what + " and role " + admin + " may not act for its owner " + subscription.owner();
  }

  @Override
  public String remedy() {
    boolean onlySuperusers = subscription.ofSuperusers() && !subscription.actionable();
    return Inside.database(database, doorClosed, onlySuperusers ? null : subscription.owner())
        + Sql.of("DROP SUBSCRIPTION %I", subscription.name())
        + "; "
        + withoutItsPublisher()
        + (subscription.actionable()
            ? "Or set spec.deletion.subscriptions to Drop."
            : "Or let pgdb do it: " + permission() + ";");
  }

  private String withoutItsPublisher() {
    return subscription.slot() == null
        ? ""
        : "If its publisher does not answer, before that: "
            + Sql.of("ALTER SUBSCRIPTION %I DISABLE", subscription.name())
            + "; "
            + Sql.of("ALTER SUBSCRIPTION %I SET (slot_name = NONE)", subscription.name())
            + "; and its slot stays there. ";
  }

  private Sql permission() {
    return subscription.ofSuperusers()
        ? Sql.of("ALTER SUBSCRIPTION %I SET (password_required = true)", subscription.name())
        : admin.membershipIn(subscription.owner());
  }
}
