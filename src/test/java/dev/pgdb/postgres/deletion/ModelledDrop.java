package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.deletion.Setting.Fault;
import dev.pgdb.postgres.deletion.World.Claimed;
import dev.pgdb.postgres.deletion.World.Drop;
import dev.pgdb.postgres.deletion.World.Lock;
import dev.pgdb.postgres.deletion.World.Name;

/**
 * A DROP from the lock that is taken for it to its end, as ExactDrop, DropInLine and the server do
 * it; between any two moves of it others may move.
 */
record ModelledDrop(Setting setting) {

  /** Confirms, locks what has the name, and looks once more; the DROP is on its way then. */
  void send(World seen, World now) {
    if (!isConfirmed(now) || !isMet(seen, now)) {
      return;
    }
    now.sentBefore = now.sent;
    now.sent = true;
    now.drop = Drop.HELD_BACK;
    if (setting.has(Fault.DROPS_WITHOUT_THE_LOCK)) {
      loose(now);
    }
  }

  static boolean isConfirmed(World now) {
    return now.end == World.End.NONE && (!now.retain || now.sent);
  }

  static boolean isMet(World seen, World now) {
    return now.canBeLocked() && now.name == seen.name && now.claimed != Claimed.ANOTHERS;
  }

  /** Nothing keeps its name to our database any more. */
  static void loose(World world) {
    world.drop = Drop.LOOSE;
    world.dropped = world.name;
    world.rival = false;
    world.sentBefore = false;
  }

  /**
   * What happens next without anybody else's doing.
   *
   * @return false where nothing is under way
   */
  boolean goOn(World world) {
    if (world.orphan) {
      return ends(world) && forgetOrphan(world);
    }
    return switch (world.drop) {
      case NONE, FAILED -> false;
      case HELD_BACK -> letGo(world);
      case LOOSE -> arrive(world);
      case RUNNING -> ends(world) && finish(world);
      case SILENT -> !setting.has(Fault.WAITS_FOR_SILENCE) && becomes(world, Drop.NONE);
      case JUST_FAILED -> becomes(world, Drop.FAILED);
    };
  }

  /** The DROP waits for our lock. Whoever waits before it would be the first to have it. */
  private boolean letGo(World world) {
    Broken.unless(
        world.claimed != Claimed.ANOTHERS, "a database is dropped that another resource claims");
    if (!world.rival) {
      return becomes(world, Drop.RUNNING);
    }
    if (setting.has(Fault.LETS_RIVALS_GO_FIRST)) {
      loose(world);
      return true;
    }
    world.sent = world.sentBefore;
    return becomes(world, Drop.NONE);
  }

  /** The server looks its name up. */
  private static boolean arrive(World world) {
    if (world.exists && world.name == world.dropped) {
      return world.lock != Lock.DATABASE && becomes(world, Drop.RUNNING);
    }
    Broken.unless(!(world.impostor && world.dropped == Name.WANTED), "another database is dropped");
    return becomes(world, Drop.JUST_FAILED);
  }

  /** A changed row is waited for, as long as it takes. */
  private static boolean ends(World world) {
    return world.lock != Lock.ROW;
  }

  private boolean forgetOrphan(World world) {
    world.orphan = false;
    world.isDroppedBy(setting);
    return true;
  }

  private boolean finish(World world) {
    return becomes(world, world.isDroppedBy(setting) ? Drop.NONE : Drop.JUST_FAILED);
  }

  private static boolean becomes(World world, Drop next) {
    world.drop = next;
    world.dropped = Name.WANTED;
    world.rival = false;
    world.sentBefore = false;
    return true;
  }
}
