package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.deletion.Setting.Trouble;
import dev.pgdb.postgres.deletion.World.End;
import dev.pgdb.postgres.deletion.World.Lock;
import dev.pgdb.postgres.deletion.World.Name;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a modelled world comes to once nobody else moves any more. */
final class Convergence {
  /** More than enough: every change once in a round, a few rounds, and a DROP that fails. */
  private static final int MOST_STEPS = 25;

  private final Setting setting;
  private final ModelledDeletion deletion;
  private final ModelledDrop drop;
  private final Map<Long, Integer> stepsToTheEnd = new HashMap<>();

  Convergence(Setting setting, ModelledDeletion deletion, ModelledDrop drop) {
    this.setting = setting;
    this.deletion = deletion;
    this.drop = drop;
  }

  /** Ours goes, unless somebody has changed his mind in time, or it is another's by now. */
  void check(World start) {
    if (start.retain && !start.sent) {
      return; // it is given back
    }
    World world = start.after(this::quiet);
    var way = new ArrayList<Long>();
    for (int i = 0; i < MOST_STEPS && world.end == End.NONE; i++) {
      Integer known = stepsToTheEnd.get(world.key());
      if (known != null && i + known <= MOST_STEPS) {
        note(way, known);
        return;
      }
      way.add(world.key());
      if (!drop.goOn(world)) {
        deletion.act(deletion.decide(world), world.after(same -> {}), world);
      }
      comeIn(world);
      if (world.retain && !world.sent) {
        return; // a DROP that was called back: it was in time after all
      }
    }
    Broken.unless(
        world.end == End.GONE || (start.looksLikeAnother() && world.end == End.NOT_OURS),
        "it does not end, but comes to " + world);
    note(way, 0);
  }

  /** Nobody moves: who has a transaction elsewhere has ended it, unless it is to be ended by us. */
  private void quiet(World world) {
    world.second = 0;
    if (!setting.has(Trouble.FOREIGN_LOCKS_TO_END) || world.looksLikeAnother()) {
      world.lock = Lock.NONE;
    }
  }

  private void comeIn(World world) {
    if (setting.has(Trouble.DOOR_KEPT_OPEN) && world.exists && world.name != Name.GRAVE) {
      world.open |= !world.invalid;
      world.client |= world.open && !world.dropRuns();
    }
  }

  private void note(List<Long> way, int stepsFromItsEnd) {
    for (int i = 0; i < way.size(); i++) {
      stepsToTheEnd.put(way.get(i), way.size() - i + stepsFromItsEnd);
    }
  }
}
