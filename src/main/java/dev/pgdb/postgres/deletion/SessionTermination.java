package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.SqlState;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends the sessions of one database. Whoever is told once may be told again: a signal too many does
 * no harm.
 *
 * @param spared our own session in the database, if there is one
 * @param refused told of those that the server does not let us end
 */
record SessionTermination(
    long oid, ServerFacts server, @Nullable Integer spared, Consumer<Backend> refused) {
  private static final Duration PAUSE = Duration.ofMillis(10);

  /**
   * Tells everybody to end who is in the database now and may be told.
   *
   * @param seen who was there at the last look
   * @return the pids of those who were told
   */
  Set<Integer> tellAll(AdminSession session, List<Backend> seen) throws SQLException {
    Set<Integer> told = tellTogether(session);
    for (Backend backend : seen) {
      if (!told.contains(backend.pid()) && backend.canBeEnded() && tell(session, backend)) {
        told.add(backend.pid());
      }
    }
    return told;
  }

  /** One that may not be told after all fails the statement, and must not spare the others. */
  private Set<Integer> tellTogether(AdminSession session) throws SQLException {
    try {
      var together = Backend.terminateAll(oid, server, spared);
      return new HashSet<>(session.queryAll(List.of(together)).to(together));
    } catch (SQLException e) {
      if (!SqlState.INSUFFICIENT_PRIVILEGE.is(e)) {
        throw e;
      }
      return new HashSet<>();
    }
  }

  private boolean tell(AdminSession session, Backend backend) throws SQLException {
    try {
      return backend.terminate(session, oid);
    } catch (SQLException e) {
      if (!SqlState.INSUFFICIENT_PRIVILEGE.is(e)) {
        throw e;
      }
      refused.accept(backend);
      return false;
    }
  }

  /**
   * Does something that shuts newcomers out while it waits for those who are in, and ends them
   * meanwhile, from a second session where one is free (docs/postgresql.md, "Closed door").
   *
   * @return the pids of those who were told to end
   */
  Set<Integer> tellAllWhile(AdminSession.Work work, AdminSession session, AdminSessions sessions)
      throws SQLException {
    Set<Integer> told = tellAll(session, look(session));
    try (var second = sessions.leaseIfFree()) {
      if (second == null) {
        work.run();
        return told;
      }
      var done = new AtomicBoolean();
      Thread ending = Thread.ofVirtual().start(() -> keepTelling(second.session(), told, done));
      try {
        work.run();
      } finally {
        done.set(true);
        join(ending);
      }
    }
    return told;
  }

  private void keepTelling(AdminSession session, Set<Integer> told, AtomicBoolean done) {
    try {
      while (!done.get()) {
        told.addAll(tellAll(session, look(session)));
        Thread.sleep(PAUSE);
      }
    } catch (SQLException e) {
      // The work fails for want of it, and is tried again.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Backend> look(AdminSession session) throws SQLException {
    var all = Backend.of(oid, server);
    return session.queryAll(List.of(all)).to(all).stream()
        .filter(backend -> spared == null || backend.pid() != spared)
        .toList();
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
