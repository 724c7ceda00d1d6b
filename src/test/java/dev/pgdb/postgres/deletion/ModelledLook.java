package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.deletion.Setting.Trouble;
import dev.pgdb.postgres.deletion.World.Drop;
import dev.pgdb.postgres.deletion.World.Lock;
import org.jspecify.annotations.Nullable;

/** What a process sees of a modelled world. */
record ModelledLook(Setting setting) {

  DatabaseSnapshot at(World world) {
    Snapshots seen = Snapshots.database();
    if (!world.exists) {
      return seen.gone().see();
    }
    seen.superuser(setting.superuser())
        .named(nameOf(world))
        .doorOpen(world.open)
        .invalid(world.invalid)
        .comment(commentOf(world))
        .rights(true, setting.rename(), true, setting.has(Trouble.PREPARED_TRANSACTIONS))
        .slots(world.slot)
        .inside(world.inside);
    if (setting.has(Trouble.SLOTS_OF_9_6)) {
      seen.version(90624);
    }
    if (world.prepared) {
      seen.prepared(true);
    }
    if (world.client) {
      seen.backends(Snapshots.client(true));
    }
    if (world.lock != Lock.NONE) {
      seen.locked(Snapshots.foreignLock(world.lock == Lock.ROW, true));
    }
    return withDrop(world, seen).see();
  }

  /** Any that runs is seen; of its own a process also knows what it was told. */
  private static Snapshots withDrop(World world, Snapshots seen) {
    if (world.orphan) {
      return seen.dropOfOthersRunning();
    }
    return switch (world.drop) {
      case NONE, HELD_BACK -> seen;
      case LOOSE, RUNNING, SILENT -> seen.dropRunning();
      case JUST_FAILED -> seen.dropFailed(Snapshots.JUST_NOW);
      case FAILED -> seen.dropFailed(Snapshots.LONG_AGO);
    };
  }

  /** The second process knows only what the server shows to everybody. */
  DatabaseSnapshot ofAnother(World world) {
    return at(
        world.after(
            seen -> {
              seen.client |= seen.inside;
              seen.inside = false;
              seen.drop = world.drop == Drop.RUNNING ? Drop.RUNNING : Drop.NONE;
            }));
  }

  private static String nameOf(World world) {
    return switch (world.name) {
      case WANTED -> "orders";
      case ELSEWHERE -> "away";
      case GRAVE -> Snapshots.GRAVE;
    };
  }

  private static @Nullable String commentOf(World world) {
    return switch (world.claimed) {
      case OURS -> Snapshots.OUR_COMMENT;
      case NOBODYS -> null;
      case ANOTHERS -> Snapshots.ANOTHERS_COMMENT;
    };
  }
}
