package dev.pgdb.operator;

import dev.pgdb.api.BlockerStatus;
import dev.pgdb.api.DeletionStatus;
import dev.pgdb.api.PostgresDatabaseStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * Whether it is worth an Event that something else stands in the way of a deletion. What comes and
 * goes all the time, such as the pids of clients that reconnect, is not; the status has it.
 */
final class BlockerNews {
  /** So many changes are told at once, and one more each few minutes, as Kubernetes itself does. */
  private static final int ALLOWANCE = 5;

  private static final Duration FOR_ONE_MORE = Duration.ofMinutes(5);

  private final Clock clock;
  private final Map<String, Told> told = new ConcurrentHashMap<>();

  BlockerNews(Clock clock) {
    this.clock = clock;
  }

  /**
   * What was told last of a resource.
   *
   * @param left how many more may be told now
   * @param since when it was that many
   */
  private record Told(Set<String> blockers, int left, Instant since) {
    Told at(Instant now) {
      long more = Duration.between(since, now).dividedBy(FOR_ONE_MORE);
      return more == 0 ? this : new Told(blockers, (int) Math.min(ALLOWANCE, left + more), now);
    }
  }

  /**
   * Whether to tell it. Who asks tells it then.
   *
   * @param uid of the resource
   * @param wasBlocked whether it was blocked before, by whatever
   */
  boolean isNews(
      String uid, boolean wasBlocked, PostgresDatabaseStatus before, PostgresDatabaseStatus after) {
    Instant now = clock.instant();
    Set<String> blockers = blockers(after);
    Set<String> toldBefore = wasBlocked ? blockers(before) : Set.of(); // by whichever process
    Told last = told.getOrDefault(uid, new Told(toldBefore, ALLOWANCE, now)).at(now);
    boolean changed = !wasBlocked || !blockers.equals(last.blockers());
    boolean news = changed && last.left() > 0;
    told.put(uid, news ? new Told(blockers, last.left() - 1, last.since()) : last);
    return news;
  }

  /** The resource goes. */
  void forget(String uid) {
    told.remove(uid);
  }

  private static Set<String> blockers(PostgresDatabaseStatus status) {
    DeletionStatus deletion = status.deletion();
    return deletion == null
        ? Set.of()
        : deletion.blockers().stream().map(BlockerNews::kind).collect(Collectors.toSet());
  }

  private static String kind(BlockerStatus blocker) {
    return blocker.subject().startsWith("pid ")
        ? blocker.type()
        : blocker.type() + " " + blocker.subject();
  }
}
