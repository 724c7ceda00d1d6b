package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgdb.postgres.deletion.Adversary.Move;
import dev.pgdb.postgres.deletion.ModelledDeletion.Broken;
import dev.pgdb.postgres.deletion.World.Claimed;
import dev.pgdb.postgres.deletion.World.Drop;
import dev.pgdb.postgres.deletion.World.End;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The real decision in every state that an adversary can bring a small server to: whatever others
 * do, also between a look and the step that was decided on it, nothing of theirs is touched and
 * ours is not forgotten; and once they stop, it goes.
 */
class DeletionModelTest {
  /** More than enough: every change once in a round, a few rounds, and a DROP that fails. */
  private static final int STEPS_TO_THE_END = 20;

  private record From(World world, String move) {}

  private final Map<Integer, From> cameFrom = new HashMap<>();
  private final Map<Integer, Integer> stepsToTheEnd = new HashMap<>();
  private final Set<End> ends = EnumSet.noneOf(End.class);
  private final ArrayDeque<World> open = new ArrayDeque<>();

  @ParameterizedTest(name = "may rename: {0}, superuser: {1}")
  @CsvSource({"true, true", "true, false", "false, true", "false, false"})
  void dropsOursAndNothingElseWhateverOthersDo(boolean rename, boolean superuser) {
    explore(new ModelledDeletion(rename, superuser, true));
    assertThat(cameFrom).hasSizeGreaterThan(100_000);
    assertThat(ends)
        .as("it ended in each way")
        .containsExactlyInAnyOrder(End.GONE, End.NOT_OURS, End.RETAINED);
  }

  @Test
  void noticesChangesThatMeetWhateverHasTheName() {
    var careless = new ModelledDeletion(true, true, false);
    assertThatThrownBy(() -> explore(careless))
        .hasMessageMatching("(?s)another('s claim is overwritten| database is altered).*");
  }

  private void explore(ModelledDeletion deletion) {
    visit(new World(), new World(), "starts");
    while (!open.isEmpty()) {
      World world = open.removeFirst();
      if (world.end != End.NONE) {
        ends.add(world.end);
        continue;
      }
      others(world, deletion);
      ours(world, deletion);
      endsWellFrom(world, deletion);
    }
  }

  /** The adversary moves, a DROP ends, time passes. */
  private void others(World world, ModelledDeletion deletion) {
    for (Move move : Adversary.moves()) {
      if (move.possible().test(world)) {
        visit(world.after(move.effect()), world, "somebody " + move.name());
      }
    }
    visit(world.after(next -> goOn(next, deletion)), world, "time passes");
  }

  /** Our next step, done on the world that it was decided on or on one that has just moved. */
  private void ours(World world, ModelledDeletion deletion) {
    if (world.retain && !world.sent) {
      visit(world.after(next -> next.end = End.RETAINED), world, "the resource is released");
      return;
    }
    DeletionStep step = deletion.decide(world);
    String name = step.getClass().getSimpleName();
    act(step, world, world.after(same -> {}), deletion, name);
    for (Move move : Adversary.moves()) {
      if (move.possible().test(world) && !move.name().equals("kills our process")) {
        World moved = world.after(move.effect());
        act(step, world, moved, deletion, name + ", but first somebody " + move.name());
      }
    }
  }

  private void act(
      DeletionStep step, World seen, World now, ModelledDeletion deletion, String move) {
    try {
      deletion.act(step, seen, now);
    } catch (Broken broken) {
      throw new AssertionError(broken.getMessage() + story(seen, move), broken);
    }
    visit(now, seen, move);
  }

  private void endsWellFrom(World start, ModelledDeletion deletion) {
    if (start.retain || start.claimed == Claimed.ANOTHERS) {
      return;
    }
    World world = start.after(same -> {});
    var way = new ArrayList<Integer>();
    for (int i = 0; i < STEPS_TO_THE_END && world.end == End.NONE; i++) {
      Integer known = stepsToTheEnd.get(world.key());
      if (known != null && i + known <= STEPS_TO_THE_END) {
        note(way, known);
        return;
      }
      way.add(world.key());
      if (!goOn(world, deletion)) {
        deletion.act(deletion.decide(world), world.after(same -> {}), world);
      }
    }
    if (world.end != End.GONE) {
      throw new AssertionError("it does not end, but comes to " + world + story(start, "…"));
    }
    note(way, 0);
  }

  private void note(List<Integer> way, int stepsFromItsEnd) {
    for (int i = 0; i < way.size(); i++) {
      stepsToTheEnd.put(way.get(i), way.size() - i + stepsFromItsEnd);
    }
  }

  /** What the server does by itself, if anything is under way. */
  private static boolean goOn(World world, ModelledDeletion deletion) {
    if (world.orphan) {
      world.orphan = false;
      if (world.exists && !world.somebodyIn()) {
        world.goes();
      }
      return true;
    }
    if (world.drop == Drop.RUNNING) {
      world.finishDrop(deletion.superuser());
      return true;
    }
    if (world.drop == Drop.JUST_FAILED) {
      world.drop = Drop.FAILED;
      return true;
    }
    return false;
  }

  private void visit(World world, World from, String move) {
    if (cameFrom.putIfAbsent(world.key(), new From(from, move)) == null) {
      open.addLast(world);
    }
  }

  private String story(World last, String move) {
    var story = new StringBuilder("\n  " + move);
    for (World world = last; ; ) {
      From from = requireNonNull(cameFrom.get(world.key()));
      story.insert(0, "\n  " + from.move() + " -> " + world);
      if (from.world().key() == world.key()) {
        return story.toString();
      }
      world = from.world();
    }
  }
}
