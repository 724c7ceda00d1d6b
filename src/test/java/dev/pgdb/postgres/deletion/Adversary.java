package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.deletion.World.Claimed;
import dev.pgdb.postgres.deletion.World.Drop;
import dev.pgdb.postgres.deletion.World.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * All that others do to a server, and what may go wrong. Whom PostgreSQL lets do nothing, such as a
 * client before a closed door, does nothing here either.
 */
final class Adversary {
  record Move(String name, Predicate<World> possible, Consumer<World> effect) {}

  private static final List<Move> MOVES = new ArrayList<>();

  private Adversary() {}

  static {
    move("connects", w -> w.exists && w.open && !w.invalid && !w.client, w -> w.client = true);
    move("prepares", w -> w.client && !w.prepared, w -> w.prepared = true);
    move("leaves", w -> w.client, w -> w.client = false);
    move("opens the door", w -> w.exists && !w.invalid && !w.open, w -> w.open = true);
    move("renames away", Adversary::renamable, w -> w.name = Name.ELSEWHERE);
    move(
        "renames back",
        w -> renamable(w) && w.name != Name.WANTED && !w.impostor,
        w -> w.name = Name.WANTED);
    move("drops ours", w -> w.exists && !w.somebodyIn() && w.drop != Drop.RUNNING, World::goes);
    move(
        "creates another",
        w -> !w.impostor && (!w.exists || w.name != Name.WANTED),
        w -> w.impostor = true);
    move("drops the other", w -> w.impostor, w -> w.impostor = false);
    move("removes the claim", w -> w.exists, w -> w.claimed = Claimed.NOBODYS);
    move("claims", w -> w.exists, w -> w.claimed = Claimed.ANOTHERS);
    move("puts the claim back", w -> w.exists, w -> w.claimed = Claimed.OURS);
    move("kills our process", w -> true, World::restart);
    move("ends our session inside", w -> w.inside, w -> w.inside = false);
    move("wants to retain", w -> !w.retain, w -> w.retain = true);
    move("cuts the reply", w -> w.drop == Drop.RUNNING, w -> w.drop = Drop.JUST_FAILED);
    move(
        "cuts the reply of a DROP that was done",
        w -> w.drop == Drop.RUNNING && w.exists && !w.prepared && isMet(w),
        w -> {
          w.goes();
          w.drop = Drop.JUST_FAILED;
        });
    move(
        "cuts the DROP",
        w -> w.drop == Drop.RUNNING && w.exists && !w.somebodyIn() && isMet(w),
        w -> {
          w.invalid = true;
          w.drop = Drop.JUST_FAILED;
        });
    move(
        "cuts the orphaned DROP",
        w -> w.orphan && w.exists && !w.somebodyIn(),
        w -> {
          w.invalid = true;
          w.orphan = false;
        });
  }

  private static void move(String name, Predicate<World> possible, Consumer<World> effect) {
    MOVES.add(new Move(name, possible, effect));
  }

  /** Once a DROP has begun it holds the lock that RENAME wants. */
  private static boolean renamable(World world) {
    return world.exists
        && !world.somebodyIn()
        && !world.orphan
        && (world.drop != Drop.RUNNING || world.dropsGrave);
  }

  private static boolean isMet(World world) {
    return !world.dropsGrave || world.name == Name.GRAVE;
  }

  static List<Move> moves() {
    return MOVES;
  }
}
