package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.deletion.DeletionStep.*;
import dev.pgdb.postgres.deletion.Setting.Fault;
import dev.pgdb.postgres.deletion.World.Claimed;
import dev.pgdb.postgres.deletion.World.Name;
import java.util.List;

/**
 * Another process of pgdb that sleeps between its look and what it has decided to do, such as a
 * leader that was paused for longer than its lease. It is remembered as a number: the step, and the
 * name that the database had when it was decided; 0 is none.
 */
@SuppressWarnings("EnumOrdinal") // nothing outlives the test
record SecondProcess(Setting setting, ModelledDeletion deletion) {
  private static final List<DeletionStep> STEPS =
      List.of(
          new Reclaim(),
          new CloseDoor(List.of()),
          new TerminateSessions(List.of()),
          new DropSlots(List.of()),
          new Bury(),
          new DeletionStep.Drop(true));

  /** Looks and decides; what only it would wait for, or say, is of no matter to others. */
  void look(World world) {
    DeletionStep step = deletion.decideElsewhere(world);
    for (int i = 0; i < STEPS.size(); i++) {
      if (STEPS.get(i).getClass() == step.getClass()) {
        world.second = 1 + i * Name.values().length + world.name.ordinal();
      }
    }
  }

  /** Does at last what it had decided. Its DROP is one that the first process knows nothing of. */
  void act(World now) {
    DeletionStep step = stepOf(now.second);
    World seen = new World();
    seen.name = nameOf(now.second);
    seen.claimed = step instanceof Reclaim ? Claimed.NOBODYS : Claimed.OURS;
    now.second = 0;
    switch (step) {
      case DeletionStep.Drop drop when ModelledDrop.isConfirmed(now) -> drop(seen, now);
      case DeletionStep.Drop drop -> {}
      case TerminateSessions all -> {
        now.client = false;
        now.inside = false; // it cannot know whose session that is
      }
      default -> deletion.change(step, seen, now);
    }
  }

  private void drop(World seen, World now) {
    if (setting.has(Fault.BELIEVES_AN_OLD_LOOK)) {
      Broken.unless(!(now.impostor && seen.name == Name.WANTED), "another database is dropped");
    }
    if (ModelledDrop.isMet(seen, now)) {
      now.sent = true;
      now.orphan = true;
    }
  }

  private static DeletionStep stepOf(int second) {
    return STEPS.get((second - 1) / Name.values().length);
  }

  private static Name nameOf(int second) {
    return Name.values()[(second - 1) % Name.values().length];
  }

  static String described(int second) {
    return stepOf(second).getClass().getSimpleName() + " of " + nameOf(second);
  }
}
