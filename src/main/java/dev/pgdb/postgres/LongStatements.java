package dev.pgdb.postgres;

import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Statements that may take for ever, each on a session of its own: a DROP waits for checkpoints and
 * locks and must never be cut off, for a DROP that was begun and cancelled leaves a broken database
 * behind (docs/postgresql.md, "Interrupted DROP"). Nobody waits for them; who is interested looks
 * again.
 */
public final class LongStatements {
  private static final Duration TURN = Duration.ofMinutes(1);

  private final AdminSessions sessions;
  private final ExecutorService threads;
  private final Attempts attempts;
  private final LostAnswers lost;
  private final DropQueue queue;

  /**
   * @param threads one thread is kept busy by each statement: virtual ones are best
   */
  public LongStatements(AdminSessions sessions, ExecutorService threads, Clock clock) {
    this.sessions = sessions;
    this.queue = new DropQueue(sessions);
    this.threads = threads;
    this.attempts = new Attempts(clock);
    this.lost = new LostAnswers(sessions, attempts, clock);
  }

  /** The key of the CREATE DATABASE for a claim. */
  public static String creationFor(Claim claim) {
    return "create " + claim.uid();
  }

  /** How the statement with this key goes: running, or failed and not yet looked at. */
  public Optional<Attempt> attempt(String key) {
    return attempts.of(key);
  }

  /**
   * Forgets the statements whose answers cannot come any more, since their connections have died
   * without a word, and lets go of their sessions. Nobody knows what came of them: who is
   * interested has to look.
   */
  public void forgetLost() {
    lost.forget();
  }

  /** Asked on the session that will run a statement, right before it is sent. */
  @FunctionalInterface
  public interface Check {
    boolean allows(AdminSession session) throws SQLException;
  }

  /**
   * Sends a DROP when and only when it will meet the right database, on the session that will run
   * it.
   */
  @FunctionalInterface
  public interface Gate {
    /**
     * Sends it, or does not.
     *
     * @return whether it is on its way; false also where it was called back before it could begin
     */
    boolean pass(AdminSession session, Sending sending) throws SQLException;
  }

  /** A statement that may be sent. */
  public interface Sending {
    /** Sends it, and does not wait for it. */
    void start();

    /** Whether it was sent and has ended, well or not. */
    boolean ended();
  }

  /** What came of the wish to run a statement. */
  public enum Start {
    /** It is on its way. */
    SENT,
    /** As many as may run at once do so; its turn comes. */
    WAITING,
    /** It was not allowed. */
    REFUSED
  }

  /**
   * Starts a CREATE DATABASE and what goes with it, unless one with this key is running. It waits
   * for its turn aside, since whoever asks for it may hold the only free session.
   *
   * @param check the last word on whether they are sent
   * @param whenDone called from another thread when they have ended, well or not
   */
  public void create(String key, Check check, List<Sql> sql, Runnable whenDone) {
    if (attempt(key).filter(Attempt::running).isPresent()) {
      return;
    }
    Attempts.Known waiting = attempts.waiting(key, sql);
    threads.execute(
        () -> {
          try (var lease = sessions.leaseForCreate(TURN)) {
            if (lease != null && check.allows(lease.session())) {
              Attempts.Known sent = attempts.sent(key, lease.session(), sql);
              attempts.run(key, sent, lease.session(), sql);
            } else {
              attempts.ended(key, waiting);
            }
          } catch (SQLException | RuntimeException e) {
            attempts.failed(key, waiting, e);
          }
          whenDone.run();
          queue.wakeNext(); // a DROP may wait for its session
        });
  }

  /**
   * Starts a DROP DATABASE and what goes before it, unless one with this key is running.
   *
   * @param gate the last word on whether and when they are sent
   * @param whenDone called from another thread when they have ended, well or not, or when it is
   *     worth another try
   * @throws SQLException when no session can be had for them
   */
  public Start drop(String key, Gate gate, List<Sql> sql, Runnable whenDone) throws SQLException {
    if (attempt(key).filter(Attempt::running).isPresent()) {
      return Start.SENT;
    }
    AdminSessions.Lease lease = queue.takeTurn(key, whenDone);
    if (lease == null) {
      return Start.WAITING;
    }
    var sending = new SendingDrop(key, sql, lease, whenDone);
    Attempts.Known before = attempts.known(key);
    try {
      if (gate.pass(lease.session(), sending)) {
        return Start.SENT;
      }
      attempts.restore(key, before); // that it was called back is no failure
      sending.awaitNoAnswer();
      return Start.REFUSED;
    } finally {
      sending.leave();
      queue.wakeNext(); // to be the next in line
    }
  }

  /**
   * Its session is kept until the gate is behind it too: a signal that calls it back must not meet
   * what somebody else runs on that session by then.
   */
  private final class SendingDrop implements Sending {
    private final String key;
    private final List<Sql> sql;
    private final AdminSessions.Lease lease;
    private final Runnable whenDone;
    private final AtomicInteger users = new AtomicInteger(1); // the gate
    private volatile boolean ended;
    private volatile boolean started;

    SendingDrop(String key, List<Sql> sql, AdminSessions.Lease lease, Runnable whenDone) {
      this.key = key;
      this.sql = sql;
      this.lease = lease;
      this.whenDone = whenDone;
    }

    @Override
    public void start() {
      Attempts.Known sent = attempts.sent(key, lease.session(), sql);
      started = true;
      users.incrementAndGet();
      threads.execute(
          () -> {
            attempts.run(key, sent, lease.session(), sql);
            ended = true;
            leave();
            whenDone.run();
            queue.wakeNext();
          });
    }

    @Override
    public boolean ended() {
      return ended;
    }

    /** Nobody waits for what was called back, should its answer not come. */
    private void awaitNoAnswer() {
      if (started && !ended) {
        lease.session().abandon();
      }
    }

    private void leave() {
      if (users.decrementAndGet() == 0) {
        lease.close();
      }
    }
  }
}
