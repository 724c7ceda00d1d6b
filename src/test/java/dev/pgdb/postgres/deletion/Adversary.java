package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.deletion.Setting.Trouble;
import dev.pgdb.postgres.deletion.World.Claimed;
import dev.pgdb.postgres.deletion.World.Drop;
import dev.pgdb.postgres.deletion.World.Lock;
import dev.pgdb.postgres.deletion.World.Name;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * All that others do to a server, and what may go wrong. Whom PostgreSQL lets do nothing, such as a
 * client before a closed door or whoever waits for a lock, does nothing here either.
 */
final class Adversary {
  record Move(String name, Predicate<World> possible, Consumer<World> effect) {}

  private final List<Move> moves = new ArrayList<>();

  private Adversary() {}

  static List<Move> movesIn(Setting setting) {
    var adversary = new Adversary();
    adversary.clients(setting);
    adversary.owners();
    adversary.rivals();
    adversary.accidents(!setting.has(Trouble.SLOTS_OF_9_6));
    if (setting.foreignLocks()) {
      adversary.foreigners();
    }
    return adversary.moves;
  }

  private void clients(Setting setting) {
    move(
        "connects",
        w -> w.exists && w.open && !w.invalid && !w.client && !w.dropRuns(),
        w -> w.client = true);
    move("leaves", w -> w.client, w -> w.client = false);
    if (setting.has(Trouble.PREPARED_TRANSACTIONS)) {
      move("prepares", w -> w.client && !w.prepared, w -> w.prepared = true);
      move("ends our session inside", w -> w.inside, w -> w.inside = false);
    }
    if (setting.has(Trouble.SLOTS_OF_9_6)) {
      move("creates a slot", w -> w.client && !w.slot, w -> w.slot = true);
    }
  }

  private void owners() {
    move("opens the door", w -> w.exists && !w.invalid && !w.open, w -> w.open = true);
    move("renames away", World::canBeMoved, w -> w.name = Name.ELSEWHERE);
    move(
        "renames back",
        w -> w.canBeMoved() && w.name != Name.WANTED && !w.impostor,
        w -> w.name = Name.WANTED);
    move("drops ours", World::canBeMoved, World::goes);
    move("removes the claim", World::canBeLocked, w -> w.claimed = Claimed.NOBODYS);
    move("claims", World::canBeLocked, w -> w.claimed = Claimed.ANOTHERS);
    move("puts the claim back", World::canBeLocked, w -> w.claimed = Claimed.OURS);
    move("wants to retain", w -> !w.retain, w -> w.retain = true);
  }

  private void rivals() {
    move(
        "creates another",
        w -> !w.impostor && (!w.exists || w.name != Name.WANTED),
        w -> w.impostor = true);
    move("drops the other", w -> w.impostor, w -> w.impostor = false);
    move(
        "waits for the lock before our DROP",
        w -> w.drop == Drop.HELD_BACK && !w.rival,
        w -> w.rival = true);
  }

  /**
   * @param showsDamage whether a database that lost its DROP half-way is marked as invalid
   */
  private void accidents(boolean showsDamage) {
    move("kills our process", w -> true, w -> w.restart(false));
    move(
        "kills our process when the DROP has arrived",
        w -> w.drop == Drop.HELD_BACK,
        w -> w.restart(true));
    // Without the lock an own name has to do: where ours may not be renamed, nobody is let do this.
    move(
        "ends our session that holds the DROP back",
        w -> w.drop == Drop.HELD_BACK && w.name == Name.GRAVE,
        w -> ModelledDrop.loose(w));
    move(
        "cuts the connection of the DROP",
        w -> w.drop == Drop.RUNNING,
        w -> {
          w.orphan = true;
          w.drop = Drop.JUST_FAILED;
        });
    move(
        "lets the connection of the DROP go silent",
        w -> w.drop == Drop.RUNNING,
        w -> {
          w.orphan = true;
          w.drop = Drop.SILENT;
        });
    move(
        "cuts the DROP",
        w -> w.drop == Drop.RUNNING && !w.somebodyIn(),
        w -> {
          w.invalid = showsDamage;
          w.drop = Drop.JUST_FAILED;
        });
    move(
        "cuts the orphaned DROP",
        w -> w.orphan && !w.somebodyIn(),
        w -> {
          w.invalid = showsDamage;
          w.orphan = false;
        });
  }

  private void foreigners() {
    move("locks the row from elsewhere", w -> w.exists && free(w), w -> w.lock = Lock.ROW);
    move(
        "locks the database from elsewhere",
        w -> w.canBeLocked() && free(w),
        w -> w.lock = Lock.DATABASE);
    move("ends the transaction elsewhere", w -> !free(w), w -> w.lock = Lock.NONE);
  }

  private static boolean free(World world) {
    return world.lock == Lock.NONE;
  }

  private void move(String name, Predicate<World> possible, Consumer<World> effect) {
    moves.add(new Move(name, possible, effect));
  }
}
