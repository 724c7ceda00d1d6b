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
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What the server says of a database, at one moment.
 *
 * @param database null where it does not exist
 * @param grants who may connect
 * @param backends who is connected, or about to be
 * @param autovacuum the autovacuum workers in it, which RENAME and DROP end
 * @param signalled since when any of these have been told to end, or were refused to us
 * @param rowLock whether anybody, be it none of them, may keep its row from being changed
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
    List<Backend> autovacuum,
    Map<Integer, Instant> signalled,
    List<PreparedTransaction> preparedTransactions,
    List<Subscription> subscriptions,
    List<ReplicationSlot> slots,
    List<ForeignLock> foreignLocks,
    RowLock rowLock,
    boolean inside,
    @Nullable NoWayIn noWayIn,
    @Nullable DropWait drop) {

  public DatabaseSnapshot {
    grants = List.copyOf(grants);
    backends = List.copyOf(backends);
    autovacuum = List.copyOf(autovacuum);
    signalled = Map.copyOf(signalled);
    preparedTransactions = List.copyOf(preparedTransactions);
    subscriptions = List.copyOf(subscriptions);
    slots = List.copyOf(slots);
    foreignLocks = List.copyOf(foreignLocks);
  }

  /** Looks: in one round trip where the database is what it was at the last look, else in two. */
  static DatabaseSnapshot observe(
      AdminSession session,
      DatabaseIdentity identity,
      LongStatements statements,
      DeletionMemory memory)
      throws SQLException {
    AdminSession inside = memory.inside();
    Query<DatabaseRow> candidates = identity.candidates();
    Look look = memory.look();
    memory.look(null); // should it fail, the next one looks afresh
    var queries = new ArrayList<Query<?>>(List.of(ServerFacts.QUERY, candidates));
    Optional<Attempt> attempt = Optional.empty();
    if (look != null) {
      queries.addAll(look.queries());
      attempt = statements.attempt(dropOf(look.oid()));
    }
    Answers answers = session.queryAll(queries);
    ServerFacts server = ServerFacts.in(answers);
    if (server.standby() || identity.isOnAnotherClusterThan(server)) {
      return nothing(server, identity);
    }
    DatabaseRow row = identity.meant(answers.to(candidates)).orElse(null);
    if (row == null) {
      return nothing(server, identity);
    }
    if (look == null || !look.isAt(row, server)) {
      look = Look.at(row.oid(), server, memory.blockedBy());
      attempt = statements.attempt(dropOf(row.oid()));
      answers = session.queryAll(look.queries());
    }
    memory.look(look);
    return seen(identity, row, look, answers, attempt.orElse(null), memory, inside);
  }

  private static DatabaseSnapshot seen(
      DatabaseIdentity identity,
      DatabaseRow row,
      Look look,
      Answers answers,
      @Nullable Attempt attempt,
      DeletionMemory memory,
      @Nullable AdminSession inside) {
    if (answers.one(look.rights()).isEmpty()) {
      return nothing(look.server(), identity); // it has gone between the two
    }
    List<Backend> others =
        memory.withoutHopeFor(
            answers.to(look.backends()).stream()
                .filter(backend -> inside == null || backend.pid() != inside.pid())
                .toList());
    List<Backend> autovacuum = answers.to(look.autovacuum());
    List<DropWait> drops = answers.to(look.drops());
    return new DatabaseSnapshot(
        look.server(),
        identity,
        row,
        answers.one(look.rights()).orElse(Rights.NONE),
        answers.to(look.grants()),
        others,
        autovacuum,
        memory.signalledOf(others, autovacuum),
        answers.to(look.preparedTransactions()),
        look.subscriptions(answers),
        answers.to(look.slots()),
        answers.to(look.foreignLocks()).stream()
            .filter(lock -> !isNoHolder(lock, drops, attempt, inside))
            .toList(),
        RowLock.of(answers.one(look.perhapsOnRow()).orElse(false), memory.lockedOut()),
        inside != null,
        memory.noWayIn(),
        DropWait.of(attempt, drops));
  }

  private static boolean isNoHolder(
      ForeignLock lock,
      List<DropWait> drops,
      @Nullable Attempt attempt,
      @Nullable AdminSession inside) {
    Integer pid = lock.pid();
    return pid != null
        && ((inside != null && pid == inside.pid())
            || (attempt != null && attempt.running() && pid == attempt.pid())
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
        List.of(),
        Map.of(),
        List.of(),
        List.of(),
        List.of(),
        List.of(),
        RowLock.NONE,
        false,
        null,
        null);
  }

  /** What names the DROP of a database among the long statements of its server. */
  static String dropOf(long oid) {
    return "drop " + oid;
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
