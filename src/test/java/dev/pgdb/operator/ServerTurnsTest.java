package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ServerTurnsTest {
  private static final ResourceID MAIN = new ResourceID("main", "databases");
  private static final ResourceID OTHER = new ResourceID("other", "databases");
  private static final ResourceID A = new ResourceID("a", "shop");
  private static final ResourceID B = new ResourceID("b", "shop");
  private static final ResourceID C = new ResourceID("c", "shop");
  private static final ResourceID D = new ResourceID("d", "shop");

  private final Servers servers =
      new Servers(Executors.newVirtualThreadPerTaskExecutor(), Clock.systemUTC());
  private final List<ResourceID> woken = new ArrayList<>();
  private final ServerTurns turns = new ServerTurns(servers, 4, woken::add);

  @BeforeEach
  void somebodyHasLookedAtTheServer() {
    servers.found(MAIN, new ServerState.Unknown());
  }

  @Test
  void oneServerGetsNoMoreThanHalfOfTheThreads() {
    assertThat(turns.take(MAIN, A)).isTrue();
    assertThat(turns.take(MAIN, B)).isTrue();

    assertThat(turns.take(MAIN, C)).isFalse();
    assertThat(turns.take(OTHER, D)).isTrue();
  }

  @Test
  void whoWaitsIsWokenInTurnWhenOneIsDone() {
    turns.take(MAIN, A);
    turns.take(MAIN, B);
    turns.take(MAIN, C);
    turns.take(MAIN, D);

    turns.giveBack(MAIN);

    assertThat(woken).containsExactly(C);
    assertThat(turns.take(MAIN, C)).isTrue();
    turns.giveBack(MAIN);
    assertThat(woken).containsExactly(C, D);
  }

  @Test
  void nobodyIsLetInWhileTheServerIsSuspectedAndAllAreWokenAfterwards() {
    turns.take(MAIN, A);
    servers.doubt(MAIN);
    assertThat(turns.take(MAIN, B)).isFalse();
    servers.beginCheck(MAIN);
    assertThat(turns.take(MAIN, C)).isFalse();
    turns.giveBack(MAIN);
    assertThat(woken).isEmpty();

    servers.endCheck(MAIN);

    assertThat(woken).containsExactly(B, C);
    assertThat(turns.take(MAIN, B)).isTrue();
  }

  @Test
  void aDoubtThatComesUpDuringALookOutlastsIt() {
    servers.doubt(MAIN);
    servers.beginCheck(MAIN);
    servers.doubt(MAIN);

    servers.endCheck(MAIN);

    assertThat(servers.isSuspected(MAIN)).isTrue();
    assertThat(turns.take(MAIN, A)).isFalse();
  }

  @Test
  void nobodyWaitsForALookAtAServerThatIsGone() {
    servers.remove(MAIN);

    servers.doubt(MAIN);

    assertThat(turns.take(MAIN, A)).isTrue();
  }

  @Test
  void oneThreadIsStillSharedByAll() {
    var single = new ServerTurns(servers, 1, woken::add);

    assertThat(single.take(MAIN, A)).isTrue();
    assertThat(single.take(MAIN, B)).isFalse();
  }
}
