package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.BlockerStatus;
import dev.pgdb.api.DeletionStatus;
import dev.pgdb.api.PostgresDatabaseStatus;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** One Event for each thing that comes into the way of a deletion, and few for what never stays. */
class BlockerNewsTest {
  private Instant now = Instant.parse("2026-11-22T15:00:00Z");
  private final InstantSource time = () -> now;
  private final Clock clock = time.withZone(ZoneOffset.UTC);
  private BlockerNews news = new BlockerNews(clock);
  private PostgresDatabaseStatus before = blocked();
  private boolean wasBlocked;

  @Test
  void isToldOnceWhileItStays() {
    assertThat(tell("Subscription feed")).isTrue();
    assertThat(tell("Subscription feed")).isFalse();
  }

  @Test
  void isToldWhenSomethingElseComesOrIsLeft() {
    assertThat(tell("Subscription feed")).isTrue();
    assertThat(tell("Subscription feed", "ReplicationSlot cdc")).isTrue();
    assertThat(tell("ReplicationSlot cdc")).isTrue();
  }

  @Test
  void isToldOnceOfSessionsThatReconnect() {
    assertThat(tell("ForbiddenSession pid 1")).isTrue();
    assertThat(tell("ForbiddenSession pid 2")).isFalse();
    assertThat(tell("ForbiddenSession pid 2", "ForbiddenSession pid 3")).isFalse();
    assertThat(tell("DeafSession pid 2")).isTrue();
  }

  @Test
  void isToldSeldomWhenItChangesAllTheTime() {
    assertThat(Stream.iterate(0, i -> i + 1).limit(100).filter(i -> tell("Prepared " + i)))
        .hasSize(5);
    now = now.plus(Duration.ofMinutes(11));
    assertThat(Stream.iterate(0, i -> i + 1).limit(100).filter(i -> tell("Prepared " + i)))
        .hasSize(2);
  }

  @Test
  void isToldSeldomWhenItComesAndGoesAllTheTime() {
    assertThat(
            Stream.iterate(0, i -> i + 1)
                .limit(100)
                .filter(
                    i -> {
                      wasBlocked = false;
                      return tell("ForeignLock pid 1");
                    }))
        .hasSize(5);
  }

  @Test
  void isNotToldAgainByAProcessThatTakesOver() {
    assertThat(tell("Subscription feed")).isTrue();
    news = new BlockerNews(clock);
    assertThat(tell("Subscription feed")).isFalse();
    assertThat(tell("ReplicationSlot cdc")).isTrue();
  }

  private boolean tell(String... blockers) {
    PostgresDatabaseStatus after = blocked(blockers);
    boolean told = news.isNews("uid", wasBlocked, before, after);
    before = after;
    wasBlocked = true;
    return told;
  }

  /** Each as its type, a space, and its subject. */
  private static PostgresDatabaseStatus blocked(String... blockers) {
    List<BlockerStatus> all =
        Stream.of(blockers)
            .map(text -> text.split(" ", 2))
            .map(parts -> new BlockerStatus(parts[0], parts[1], null, "why", "what to do"))
            .toList();
    return new PostgresDatabaseStatus(
        1L, List.of(), null, null, new DeletionStatus("", 1, 0L, List.of(), 0, all, null));
  }
}
