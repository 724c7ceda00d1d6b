package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Answers;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.Query;
import dev.pgdb.postgres.ServerFacts;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** All that a server is asked about one database, once it is known which one is meant. */
record Look(
    ServerFacts server,
    long oid,
    Query<Rights> rights,
    Query<ConnectGrant> grants,
    Query<Backend> backends,
    Query<Backend> autovacuum,
    Query<PreparedTransaction> preparedTransactions,
    Query<Subscription> subscriptions,
    Query<ReplicationSlot> slots,
    Query<ForeignLock> foreignLocks,
    Query<Boolean> perhapsOnRow,
    Query<DropWait> drops) {

  /**
   * Prepares it.
   *
   * @param blockedBy virtual transactions that a change of ours was seen to wait for
   */
  static Look at(long oid, ServerFacts server, Set<String> blockedBy) {
    return new Look(
        server,
        oid,
        Rights.of(oid, server),
        ConnectGrant.of(oid, server),
        Backend.of(oid, server),
        Backend.autovacuum(oid, server),
        PreparedTransaction.of(oid, server),
        Subscription.of(oid, server),
        ReplicationSlot.of(oid),
        ForeignLock.of(oid, blockedBy, server),
        ForeignLock.perhapsOnRow(oid),
        DropWait.of(oid));
  }

  /** Whether it asks what is to be asked about this database on this server. */
  boolean isAt(DatabaseRow row, ServerFacts now) {
    return oid == row.oid() && server.equals(now);
  }

  List<Query<?>> queries() {
    var all =
        new ArrayList<Query<?>>(
            List.of(
                rights,
                grants,
                backends,
                autovacuum,
                preparedTransactions,
                slots,
                foreignLocks,
                perhapsOnRow,
                drops));
    if (server.hasLogicalReplication()) {
      all.add(subscriptions);
    }
    return all;
  }

  List<Subscription> subscriptions(Answers answers) {
    return server.hasLogicalReplication() ? answers.to(subscriptions) : List.of();
  }
}
