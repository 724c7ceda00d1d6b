package dev.pgdb.postgres.deletion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgdb.postgres.deletion.Setting.Fault;
import dev.pgdb.postgres.deletion.Setting.Trouble;
import dev.pgdb.postgres.deletion.World.End;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The real decision in every state that an adversary can bring a small server to: whatever others
 * do, also between a look and the step that was decided on it, nothing of theirs is touched and
 * ours is not forgotten; and once they stop, it goes.
 */
class DeletionModelTest {

  @ParameterizedTest(name = "may rename: {0}, superuser: {1}, {2}")
  @CsvSource({
    "true, true, PREPARED_TRANSACTIONS",
    "true, false, PREPARED_TRANSACTIONS",
    "false, true, PREPARED_TRANSACTIONS",
    "false, false, PREPARED_TRANSACTIONS",
    "true, true, FOREIGN_LOCKS_TO_END",
    "false, false, FOREIGN_LOCKS_TO_END",
    "true, false, FOREIGN_LOCKS_TO_WAIT_FOR",
    "false, true, FOREIGN_LOCKS_TO_WAIT_FOR",
    "true, true, SLOTS_OF_9_6",
    "false, false, SLOTS_OF_9_6",
    "true, true, DOOR_KEPT_OPEN",
    "true, true, SECOND_PROCESS",
    "true, false, SECOND_PROCESS",
    "false, true, SECOND_PROCESS",
    "false, false, SECOND_PROCESS"
  })
  void dropsOursAndNothingElseWhateverOthersDo(boolean rename, boolean superuser, Trouble trouble) {
    var explored = new Exploration(Setting.of(rename, superuser).with(trouble)).run();
    assertThat(explored.states()).isGreaterThan(5_000);
    assertThat(explored.ends())
        .as("it ended in each way")
        .containsExactlyInAnyOrder(End.GONE, End.NOT_OURS, End.RETAINED);
  }

  @Test
  void theModelFindsChangesThatMeetWhateverHasTheName() {
    assertIsFound(
        Fault.CHANGES_WHATEVER_HAS_THE_NAME,
        "another('s claim is overwritten| database is altered)");
  }

  @Test
  void theModelFindsTheWrongDropWithoutTheLock() {
    assertIsFound(Fault.DROPS_WITHOUT_THE_LOCK, "another database is dropped");
  }

  @Test
  void theModelFindsTheWrongDropWhereRivalsAreLetGoFirst() {
    assertIsFound(Fault.LETS_RIVALS_GO_FIRST, "another database is dropped");
  }

  @Test
  void theModelFindsTheWaitForAnAnswerThatNeverComes() {
    assertIsFound(Fault.WAITS_FOR_SILENCE, "it does not end");
  }

  @Test
  void theModelFindsTheWrongDropOfASecondProcessThatDoesNotLookAgain() {
    assertIsFound(Fault.BELIEVES_AN_OLD_LOOK, "another database is dropped");
  }

  private static void assertIsFound(Fault fault, String broken) {
    var careless =
        new Exploration(Setting.of(false, false).with(Trouble.SECOND_PROCESS).but(fault));
    assertThatThrownBy(careless::run).hasMessageMatching("(?s)" + broken + ".*");
  }
}
