package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.deletion.DeletionStep.*;
import dev.pgdb.postgres.deletion.Setting.Fault;
import dev.pgdb.postgres.deletion.Setting.Trouble;
import dev.pgdb.postgres.deletion.World.Claimed;
import dev.pgdb.postgres.deletion.World.End;
import dev.pgdb.postgres.deletion.World.Lock;
import dev.pgdb.postgres.deletion.World.Name;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What our process does to the modelled server: it decides as the real one, on what it saw, and
 * acts on what has become of that.
 */
final class ModelledDeletion {
  /** Those that are not done twice in a round. */
  private static final List<Class<? extends DeletionStep>> STEPS =
      List.of(
          Reclaim.class,
          EnterDatabase.class,
          ReenterDatabase.class,
          CloseDoor.class,
          TerminateSessions.class,
          TerminateForeign.class,
          RollBackPrepared.class,
          DropSlots.class,
          Bury.class);

  private final Setting setting;
  private final DeletionPolicy policy;
  private final ModelledDrop drop;
  private final ModelledLook look;

  ModelledDeletion(Setting setting) {
    this.setting = setting;
    this.drop = new ModelledDrop(setting);
    this.look = new ModelledLook(setting);
    this.policy =
        new DeletionPolicy(
            Instant.EPOCH, true, true, true, setting.has(Trouble.FOREIGN_LOCKS_TO_END));
  }

  DeletionStep decide(World seen) {
    return DeletionDecision.decide(look.at(seen), policy, tried(seen), Snapshots.NOW);
  }

  /** As a process that has only just begun to look. */
  DeletionStep decideElsewhere(World seen) {
    return DeletionDecision.decide(look.ofAnother(seen), policy, Set.of(), Snapshots.NOW);
  }

  /** The step that was decided when the world was as seen, done now. */
  void act(DeletionStep step, World seen, World now) {
    if (step instanceof Pause || step instanceof AwaitSessions || !isAllowed(step, now)) {
      now.tried = 0; // the pass ends, or its round
    } else if (STEPS.contains(step.getClass())) {
      now.tried |= 1 << STEPS.indexOf(step.getClass());
    }
    change(step, seen, now);
  }

  private static boolean isAllowed(DeletionStep step, World now) {
    boolean asks =
        step instanceof Reclaim || step instanceof RollBackPrepared || step instanceof DropSlots;
    return !asks || ModelledDrop.isConfirmed(now);
  }

  /** What a step changes, whichever process does it. */
  void change(DeletionStep step, World seen, World now) {
    if (!isAllowed(step, now)) {
      return;
    }
    switch (step) {
      case Gone gone -> {
        Broken.unless(!now.exists, "the finalizer is released while our database exists");
        now.end = End.GONE;
      }
      case NotOurs not -> {
        Broken.unless(seen.looksLikeAnother(), "the finalizer is released while ours exists");
        now.end = End.NOT_OURS;
      }
      case DeletionStep.Drop sent -> drop.send(seen, now);
      case Pause pause -> {}
      case AwaitSessions await -> {}
      case Reclaim reclaim -> reclaim(seen, now);
      case EnterDatabase enter -> enter(seen, now, now.open);
      case ReenterDatabase reenter -> {
        if (alters(seen, now)) {
          enter(seen, now, true);
          now.open = false;
        }
      }
      case CloseDoor close -> now.open &= !alters(seen, now);
      case TerminateSessions all -> now.client = false;
      case TerminateForeign all -> now.lock = Lock.NONE;
      case RollBackPrepared prepared -> now.prepared &= !now.inside;
      case DropSlots slots -> now.slot &= now.client; // one that is in use stays
      case LeaveDatabase leave -> now.inside = false;
      case Bury bury -> bury(seen, now);
      default -> throw new Broken("a step that the model does not know: " + step);
    }
  }

  private void reclaim(World seen, World now) {
    boolean same = now.claimed == seen.claimed; // what another session sees behind our lock
    if (meets(seen, now) && now.canBeLocked() && (same || isCareless())) {
      Broken.unless(now.claimed != Claimed.ANOTHERS, "another's claim is overwritten");
      now.claimed = Claimed.OURS;
    }
  }

  private static void enter(World seen, World now, boolean open) {
    now.inside |= open && now.exists && now.name == seen.name && !now.invalid && !now.dropRuns();
  }

  /** Clients who get in faster than they can be ended are ended behind its lock. */
  private void bury(World seen, World now) {
    if (alters(seen, now) && now.canBeLocked() && !now.prepared && !now.inside) {
      now.client &= !seen.client;
      if (!now.client) {
        now.name = Name.GRAVE;
      }
    }
  }

  /** Whether the name that was seen still means our database; ALTER knows names only. */
  private boolean meets(World seen, World now) {
    if (now.impostor && seen.name == Name.WANTED) {
      Broken.unless(!isCareless(), "another database is altered");
      return false;
    }
    return now.exists && now.name == seen.name;
  }

  /** No change waits for long. */
  private boolean alters(World seen, World now) {
    return meets(seen, now)
        && now.claimed == Claimed.OURS
        && !now.invalid
        && now.lock != Lock.ROW
        && !now.dropRuns();
  }

  private boolean isCareless() {
    return setting.has(Fault.CHANGES_WHATEVER_HAS_THE_NAME);
  }

  private static Set<Class<? extends DeletionStep>> tried(World world) {
    var tried = new HashSet<Class<? extends DeletionStep>>();
    for (int i = 0; i < STEPS.size(); i++) {
      if (((world.tried >> i) & 1) == 1) {
        tried.add(STEPS.get(i));
      }
    }
    return tried;
  }
}
