package dev.pgdb.postgres.deletion;

import dev.pgdb.testbed.TestPostgres;
import java.time.Duration;

/**
 * All that may hold a database up, at once: clients of every kind that reconnect, walsenders that
 * come back to their slots, clients that start slowly, clients that prepare transactions, a
 * subscription, the template flag, and transactions of other databases that lock it.
 */
public final class Torture implements AutoCloseable {
  private static final int CLIENTS = 55;

  private final Neighbours neighbours;

  private Torture(Neighbours neighbours) {
    this.neighbours = neighbours;
  }

  /** Begins, and goes on until it is closed. */
  public static Torture of(TestPostgres server, String database, long oid) throws Exception {
    var torture = new Torture(new Neighbours(server, database, oid));
    begin(torture.neighbours, CLIENTS);
    return torture;
  }

  static void begin(Neighbours it, int clients) throws Exception {
    it.clients(clients);
    if (!it.server.release().equals("9.6")) {
      ReplicationCases.subscribe(it, true);
    }
    ReplicationCases.activeSlots(it, 2);
    String role = it.role();
    for (int i = 0; i < 3; i++) {
      TransactionCases.preparing(it, role);
      it.again(Duration.ofMillis(10), () -> it.slowSession(3));
    }
    it.server.execute("postgres", "ALTER DATABASE \"" + it.database + "\" IS_TEMPLATE true");
    ForeignCases.lockedByOthers(it);
  }

  @Override
  public void close() {
    neighbours.close();
  }
}
