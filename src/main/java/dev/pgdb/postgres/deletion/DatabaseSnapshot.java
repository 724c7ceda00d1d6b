package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.Answers;
import dev.pgdb.postgres.Attempt;
import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseRow;
import dev.pgdb.postgres.LongStatements;
import dev.pgdb.postgres.Query;
import dev.pgdb.postgres.ServerFacts;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the server says of a database, at one moment.
 *
 * @param database null where it does not exist
 * @param grants who may connect
 * @param backends who is connected, or about to be
 * @param signalled since when backends have been told to end
 * @param inside whether a session of ours is in the database
 * @param noWayIn what our last try to get inside has met
 * @param drop the DROP that runs or has failed; null where none was sent
 */
public record DatabaseSnapshot(
    ServerFacts server,
    DatabaseIdentity identity,
    @Nullable DatabaseRow database,
    Rights rights,
    List<ConnectGrant> grants,
    List<Backend> backends,
    Map<Integer, Instant> signalled,
    List<PreparedTransaction> preparedTransactions,
    List<Subscription> subscriptions,
    List<ReplicationSlot> slots,
    List<ForeignLock> foreignLocks,
    boolean inside,
    @Nullable NoWayIn noWayIn,
    @Nullable DropWait drop) {

  public DatabaseSnapshot {
    grants = List.copyOf(grants);
    backends = List.copyOf(backends);
    signalled = Map.copyOf(signalled);
    preparedTransactions = List.copyOf(preparedTransactions);
    subscriptions = List.copyOf(subscriptions);
    slots = List.copyOf(slots);
    foreignLocks = List.copyOf(foreignLocks);
  }

  /** Looks, in two round trips. */
  static DatabaseSnapshot observe(
      AdminSession session,
      DatabaseIdentity identity,
      LongStatements statements,
      DeletionMemory memory)
      throws SQLException {
    Query<DatabaseRow> candidates = identity.candidates();
    Answers first = session.queryAll(List.of(ServerFacts.QUERY, candidates));
    ServerFacts server = ServerFacts.in(first);
    if (server.standby() || identity.isOnAnotherClusterThan(server)) {
      return nothing(server, identity);
    }
    DatabaseRow row = identity.meant(first.to(candidates)).orElse(null);
    if (row == null) {
      return nothing(server, identity);
    }
    return look(session, server, identity, row, statements, memory);
  }

  private static DatabaseSnapshot look(
      AdminSession session,
      ServerFacts server,
      DatabaseIdentity identity,
      DatabaseRow row,
      LongStatements statements,
      DeletionMemory memory)
      throws SQLException {
    long oid = row.oid();
    AdminSession inside = memory.inside();
    Query<Rights> rights = Rights.of(oid, server);
    Query<ConnectGrant> grants = ConnectGrant.of(oid, server);
    Query<Backend> backends = Backend.of(oid, server);
    Query<PreparedTransaction> prepared = PreparedTransaction.of(oid, server);
    Query<Subscription> subscriptions = Subscription.of(oid, server);
    Query<ReplicationSlot> slots = ReplicationSlot.of(oid);
    Query<ForeignLock> locks = ForeignLock.of(oid, memory.blockedBy(), server);
    Query<DropWait> drops = DropWait.of(oid, row.name());
    var queries =
        new ArrayList<Query<?>>(List.of(rights, grants, backends, prepared, slots, locks, drops));
    if (server.hasLogicalReplication()) {
      queries.add(subscriptions);
    }
    Attempt attempt = statements.attempt(dropOf(row)).orElse(null);
    Answers answers = session.queryAll(queries);
    if (answers.one(rights).isEmpty()) {
      return nothing(server, identity); // it has gone between the two
    }
    DropWait drop = DropWait.of(attempt, answers.to(drops));
    List<Backend> others =
        memory.withoutHopeFor(
            answers.to(backends).stream()
                .filter(backend -> inside == null || backend.pid() != inside.pid())
                .toList());
    return new DatabaseSnapshot(
        server,
        identity,
        row,
        answers.one(rights).orElse(Rights.NONE),
        answers.to(grants),
        others,
        memory.signalledOf(others),
        answers.to(prepared),
        server.hasLogicalReplication() ? answers.to(subscriptions) : List.of(),
        answers.to(slots),
        answers.to(locks).stream()
            .filter(lock -> !isNoHolder(lock, answers.to(drops), inside))
            .toList(),
        inside != null,
        memory.noWayIn(),
        drop);
  }

  private static boolean isNoHolder(
      ForeignLock lock, List<DropWait> drops, @Nullable AdminSession inside) {
    Integer pid = lock.pid();
    return pid != null
        && ((inside != null && pid == inside.pid())
            || drops.stream().anyMatch(drop -> pid == drop.attempt().pid()));
  }

  private static DatabaseSnapshot nothing(ServerFacts server, DatabaseIdentity identity) {
    return new DatabaseSnapshot(
        server,
        identity,
        null,
        Rights.NONE,
        List.of(),
        List.of(),
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        false,
        null,
        null);
  }

  /** What names the DROP of a database among the long statements of its server. */
  static String dropOf(DatabaseRow database) {
    return "drop " + database.oid();
  }

  /** Whether nobody can connect any more, whatever grants may be left. */
  public boolean doorClosed() {
    return database == null || !database.allowConnections();
  }

  /** Whether nothing that lives in the database is left. */
  public boolean empty() {
    return backends.isEmpty() && preparedTransactions.isEmpty();
  }
}
