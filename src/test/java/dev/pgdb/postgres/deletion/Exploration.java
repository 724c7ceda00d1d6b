package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;

import dev.pgdb.postgres.deletion.Adversary.Move;
import dev.pgdb.postgres.deletion.DeletionStep.AwaitDrop;
import dev.pgdb.postgres.deletion.DeletionStep.AwaitSessions;
import dev.pgdb.postgres.deletion.DeletionStep.Blocked;
import dev.pgdb.postgres.deletion.Setting.Trouble;
import dev.pgdb.postgres.deletion.World.Claimed;
import dev.pgdb.postgres.deletion.World.Drop;
import dev.pgdb.postgres.deletion.World.End;
import dev.pgdb.postgres.deletion.World.Lock;
import dev.pgdb.postgres.deletion.World.Name;
import java.util.ArrayDeque;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Visits every state that a modelled world can come to, breadth first. */
final class Exploration {
  private record From(World world, String move) {}

  private final Setting setting;
  private final ModelledDeletion deletion;
  private final ModelledDrop drop;
  private final SecondProcess second;
  private final Convergence convergence;
  private final List<Move> moves;
  private final Map<Long, From> cameFrom = new HashMap<>();
  private final Set<End> ends = EnumSet.noneOf(End.class);
  private final ArrayDeque<World> open = new ArrayDeque<>();

  Exploration(Setting setting) {
    this.setting = setting;
    deletion = new ModelledDeletion(setting);
    drop = new ModelledDrop(setting);
    second = new SecondProcess(setting, deletion);
    convergence = new Convergence(setting, deletion, drop);
    moves = Adversary.movesIn(setting);
  }

  /**
   * Visits all of them.
   *
   * @throws AssertionError at the first one where a rule is broken, with the way that led there
   */
  Exploration run() {
    visit(new World(), new World(), "starts");
    while (!open.isEmpty()) {
      World world = open.removeFirst();
      if (world.end != End.NONE) {
        ends.add(world.end);
        afterTheEnd(world);
        continue;
      }
      others(world);
      ours(world);
      checked(world, "…", () -> convergence.check(world));
    }
    return this;
  }

  int states() {
    return cameFrom.size();
  }

  Set<End> ends() {
    return ends;
  }

  /** The adversary moves, a DROP goes on, another process of ours does what it had decided. */
  private void others(World world) {
    for (Move move : moves) {
      if (move.possible().test(world)) {
        visit(world.after(move.effect()), world, "somebody " + move.name());
      }
    }
    visit(world, "time passes", drop::goOn);
    if (setting.has(Trouble.SECOND_PROCESS)) {
      if (world.second == 0) {
        visit(world, "a second process looks", second::look);
      } else {
        visit(world, "the second process wakes up", second::act);
      }
    }
  }

  /** Our next step, done on the world that it was decided on or on one that has just moved. */
  private void ours(World world) {
    if (world.drop == Drop.HELD_BACK) {
      return; // it is busy with that
    }
    if (world.retain && !world.sent) {
      visit(world, "the resource is released", Exploration::release);
      return;
    }
    DeletionStep step = deletion.decide(world);
    String name = step.getClass().getSimpleName();
    visit(world, name, now -> deletion.act(step, world, now));
    if (step instanceof AwaitDrop || step instanceof AwaitSessions || step instanceof Blocked) {
      return; // it changes nothing
    }
    for (Move move : moves) {
      if (move.possible().test(world) && !move.name().startsWith("kills our process")) {
        visit(
            world,
            name + ", but first somebody " + move.name(),
            now -> {
              move.effect().accept(now);
              deletion.act(step, world, now);
            });
      }
    }
  }

  /** As DatabaseRelease does it: all that was changed is put back, or nothing. */
  private static void release(World world) {
    boolean nameIsFree = !world.impostor || world.name == Name.WANTED;
    boolean ours = world.exists && world.claimed != Claimed.ANOTHERS;
    if (ours && (!world.canBeLocked() || world.lock != Lock.NONE || !nameIsFree)) {
      return; // tries again
    }
    if (ours) {
      if (!world.invalid && world.name != Name.WANTED) {
        if (world.somebodyIn()) {
          return;
        }
        world.name = Name.WANTED;
      }
      world.open |= !world.invalid;
      world.claimed = Claimed.NOBODYS;
      world.inside = false;
    }
    world.end = End.RETAINED;
  }

  /** Whoever wakes up now must let what is there alone, whatever has become of it. */
  private void afterTheEnd(World world) {
    if (world.second == 0) {
      return;
    }
    checkIsLetAlone(world, "the second process wakes up");
    for (Move move : moves) {
      if (move.possible().test(world)) {
        checkIsLetAlone(
            world.after(move.effect()), "somebody " + move.name() + ", the second wakes up");
      }
    }
  }

  private void checkIsLetAlone(World world, String move) {
    if (world.claimed == Claimed.OURS) {
      return; // somebody says so
    }
    World after = world.after(second::act);
    // Clients come back; and what was seen in use is told to end by its pid, not by its name.
    World expected = world.after(same -> same.second = 0);
    expected.client = after.client;
    expected.inside = after.inside;
    checked(
        world,
        move,
        () -> Broken.unless(after.key() == expected.key(), "what was let go is changed"));
  }

  private interface Deed {
    void on(World world);
  }

  private void visit(World from, String move, Deed deed) {
    World now = from.after(same -> {});
    checked(from, move, () -> deed.on(now));
    visit(now, from, move);
  }

  private void checked(World world, String move, Runnable deed) {
    try {
      deed.run();
    } catch (Broken broken) {
      throw new AssertionError(broken.getMessage() + story(world, move), broken);
    }
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
