package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * A deletion that has waited for an hour looks every ten seconds whether it can go on, but whoever
 * changes what it is to do is obeyed at once.
 */
class ChangedSpecIT {
  private static final Duration AN_HOUR = Duration.ofHours(1);

  /** Each of three would be looked at within that anyway every other time. */
  private static final Duration AT_ONCE = Duration.ofSeconds(5);

  @Test
  void isObeyedAtOnceHoweverLongTheDeletionHasWaited() throws Exception {
    try (var operator = new WatchedOperator(Clock.offset(Clock.systemUTC(), AN_HOUR));
        var postgres = TestPostgres.start("18");
        Connection stranger = postgres.connect("postgres")) {
      var tenant = new Tenant(operator.cluster());
      tenant.applyServer("main", postgres);
      prepared("rolled-back", tenant, postgres);
      prepared("retained", tenant, postgres);
      long locked = Tenant.oidOf(tenant.createDatabase("locked", "main", null));
      stranger.setAutoCommit(false);
      try (var statement = stranger.createStatement()) {
        statement.execute("GRANT CONNECT ON DATABASE \"locked\" TO pg_monitor");
      }
      tenant.delete("locked");
      tenant.awaitStalled("locked", "Blocked");

      assertThat(timeUntilGone(tenant, "rolled-back", "preparedTransactions", "RollBack"))
          .isLessThan(AT_ONCE);
      assertThat(timeUntilGone(tenant, "retained", "policy", "Retain")).isLessThan(AT_ONCE);
      assertThat(timeUntilGone(tenant, "locked", "foreignLocks", "Terminate")).isLessThan(AT_ONCE);
      assertThat(postgres.isThere(locked)).isFalse();
      assertThat(new Catalog(postgres).lets(new Catalog(postgres).oidOf("retained"))).isTrue();
    }
  }

  /** Waits for a prepared transaction. */
  private static void prepared(String name, Tenant tenant, TestPostgres postgres)
      throws SQLException {
    tenant.createDatabase(name, "main", null);
    tenant.setDeletion(name, "preparedTransactions", "Wait");
    postgres.execute(name, "BEGIN", "CREATE TABLE t ()", "PREPARE TRANSACTION '" + name + "'");
    tenant.delete(name);
    tenant.awaitStalled(name, "Blocked");
  }

  private static Duration timeUntilGone(Tenant tenant, String name, String field, String value) {
    long changed = System.nanoTime();
    tenant.setDeletion(name, field, value);
    tenant.awaitGone(name);
    return Duration.ofNanos(System.nanoTime() - changed);
  }
}
