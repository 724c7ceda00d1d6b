package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.deletion.DeletionStep.*;
import dev.pgdb.postgres.deletion.World.Claimed;
import dev.pgdb.postgres.deletion.World.Drop;
import dev.pgdb.postgres.deletion.World.End;
import dev.pgdb.postgres.deletion.World.Name;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What our process does to the modelled server: it decides as the real one, on what it saw, and
 * acts on what has become of that.
 *
 * @param rename whether the admin may rename
 * @param superuser whether it may FORCE
 * @param exact whether changes look at the OID and the claim, as the real ones do
 */
record ModelledDeletion(boolean rename, boolean superuser, boolean exact) {
  private static final List<Class<? extends DeletionStep>> STEPS =
      List.of(
          Reclaim.class,
          EnterDatabase.class,
          ReenterDatabase.class,
          CloseDoor.class,
          TerminateSessions.class,
          TerminateForeign.class,
          RollBackPrepared.class,
          LeaveDatabase.class,
          Bury.class);

  private static final DeletionPolicy POLICY =
      new DeletionPolicy(Instant.EPOCH, true, true, true, false);

  /** Something happened that never must. */
  static final class Broken extends RuntimeException {
    private static final long serialVersionUID = 1;

    Broken(String rule) {
      super(rule);
    }
  }

  DeletionStep decide(World seen) {
    return DeletionDecision.decide(snapshot(seen), POLICY, tried(seen), Snapshots.NOW);
  }

  /** The step that was decided when the world was as seen, done now. */
  void act(DeletionStep step, World seen, World now) {
    switch (step) {
      case Gone gone -> {
        rule(!now.exists, "the finalizer is released while our database exists");
        now.end = End.GONE;
      }
      case NotOurs not -> {
        rule(seen.claimed == Claimed.ANOTHERS, "the finalizer is released while ours exists");
        now.end = End.NOT_OURS;
      }
      case DeletionStep.Drop drop -> send(seen, now);
      case Pause pause -> now.tried = 0;
      case AwaitSessions await -> now.tried = 0;
      default -> {
        if (!now.retain
            || now.sent
            || !(step instanceof Reclaim || step instanceof RollBackPrepared)) {
          change(step, seen, now);
          now.tried |= 1 << STEPS.indexOf(step.getClass());
        } else {
          now.tried = 0; // not confirmed: the pass ends
        }
      }
    }
  }

  private void change(DeletionStep step, World seen, World now) {
    switch (step) {
      case Reclaim reclaim -> {
        boolean same = now.claimed == seen.claimed; // what another session sees behind our lock
        if (meets(seen, now) && (same || !exact)) {
          rule(now.claimed != Claimed.ANOTHERS, "another's claim is overwritten");
          now.claimed = Claimed.OURS;
        }
      }
      case EnterDatabase enter -> enter(seen, now);
      case ReenterDatabase reenter -> {
        if (alters(seen, now)) {
          enter(seen, now);
          now.open = false;
        }
      }
      case CloseDoor close -> now.open &= !alters(seen, now);
      case TerminateSessions all -> now.client = false;
      case RollBackPrepared prepared -> now.prepared &= !now.inside;
      case LeaveDatabase leave -> now.inside = false;
      case Bury bury -> {
        if (alters(seen, now) && !now.somebodyIn()) {
          now.name = Name.GRAVE;
        }
      }
      default -> throw new Broken("a step that the model does not know: " + step);
    }
  }

  private static void enter(World seen, World now) {
    boolean door = now.exists && now.name == seen.name && !now.invalid;
    now.inside |= door;
  }

  /** Whether the name that was seen still means our database; ALTER knows names only. */
  private boolean meets(World seen, World now) {
    if (now.impostor && seen.name == Name.WANTED) {
      rule(exact, "another database is altered");
      return false;
    }
    return now.exists && now.name == seen.name;
  }

  private boolean alters(World seen, World now) {
    return meets(seen, now) && now.claimed == Claimed.OURS && !now.invalid;
  }

  /** A DROP that does not say the OID in its name is modelled as sent and begun at once. */
  private static void send(World seen, World now) {
    boolean confirmed = !now.retain || now.sent;
    if (confirmed && now.exists && now.name == seen.name && now.claimed != Claimed.ANOTHERS) {
      now.drop = Drop.RUNNING;
      now.dropsGrave = now.name == Name.GRAVE;
      now.sent = true;
    }
    now.tried = 0;
  }

  private DatabaseSnapshot snapshot(World world) {
    Snapshots seen =
        Snapshots.database()
            .superuser(superuser)
            .named(nameOf(world))
            .doorOpen(world.open)
            .invalid(world.invalid)
            .comment(commentOf(world))
            .rights(true, rename, true, true)
            .inside(world.inside);
    if (!world.exists) {
      return seen.gone().see();
    }
    if (world.client) {
      seen.backends(Snapshots.client(true));
    }
    if (world.prepared) {
      seen.prepared(true);
    }
    if (world.orphan) {
      seen.locked(Snapshots.foreignLock(false, true));
    }
    switch (world.drop) {
      case RUNNING -> seen.dropRunning();
      case JUST_FAILED -> seen.dropFailed(Snapshots.JUST_NOW);
      case FAILED -> seen.dropFailed(Snapshots.LONG_AGO);
      case NONE -> {}
    }
    return seen.see();
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

  private static Set<Class<? extends DeletionStep>> tried(World world) {
    var tried = new HashSet<Class<? extends DeletionStep>>();
    for (int i = 0; i < STEPS.size(); i++) {
      if (((world.tried >> i) & 1) == 1) {
        tried.add(STEPS.get(i));
      }
    }
    return tried;
  }

  private static void rule(boolean holds, String broken) {
    if (!holds) {
      throw new Broken(broken);
    }
  }
}
