package dev.pgdb.postgres.deletion;

import java.util.function.Consumer;

/**
 * A server with our database, perhaps another one that took its name, and our process, as far as a
 * deletion can tell them apart. Small, so that every state can be visited.
 */
final class World {
  enum Name {
    WANTED,
    ELSEWHERE,
    GRAVE
  }

  enum Claimed {
    OURS,
    NOBODYS,
    ANOTHERS
  }

  enum Drop {
    NONE,
    RUNNING,
    JUST_FAILED,
    FAILED
  }

  /** How the resource was let go. */
  enum End {
    NONE,
    GONE,
    NOT_OURS,
    RETAINED
  }

  boolean exists = true;
  Name name = Name.WANTED;
  boolean open = true;
  Claimed claimed = Claimed.OURS;
  boolean client;
  boolean prepared;
  boolean invalid;

  /** Another database has the name that ours had first. */
  boolean impostor;

  Drop drop = Drop.NONE;

  /** The DROP that runs knows the grave's name, which no other database can have. */
  boolean dropsGrave;

  /** A DROP of a process that is no more runs on. */
  boolean orphan;

  /** What the status of the resource remembers. */
  boolean sent;

  boolean inside;
  boolean retain;

  /** One bit for each step that was tried in this round. */
  int tried;

  End end = End.NONE;

  World after(Consumer<World> move) {
    World next = new World();
    next.exists = exists;
    next.name = name;
    next.open = open;
    next.claimed = claimed;
    next.client = client;
    next.prepared = prepared;
    next.invalid = invalid;
    next.impostor = impostor;
    next.drop = drop;
    next.dropsGrave = dropsGrave;
    next.orphan = orphan;
    next.sent = sent;
    next.inside = inside;
    next.retain = retain;
    next.tried = tried;
    next.end = end;
    move.accept(next);
    return next;
  }

  /** Same key, same state. */
  @SuppressWarnings("EnumOrdinal") // nothing outlives the test
  int key() {
    int key = tried;
    for (int digit : new int[] {name.ordinal(), claimed.ordinal(), drop.ordinal(), end.ordinal()}) {
      key = (key << 2) | digit;
    }
    for (boolean bit :
        new boolean[] {
          exists,
          open,
          client,
          prepared,
          invalid,
          impostor,
          dropsGrave,
          orphan,
          sent,
          inside,
          retain
        }) {
      key = (key << 1) | (bit ? 1 : 0);
    }
    return key;
  }

  boolean somebodyIn() {
    return client || prepared || inside;
  }

  void goes() {
    exists = false;
    name = Name.WANTED;
    open = false;
    claimed = Claimed.NOBODYS;
    client = false;
    prepared = false;
    invalid = false;
    inside = false;
  }

  /** The DROP that runs comes to its end. */
  void finishDrop(boolean force) {
    boolean meets = exists && (!dropsGrave || name == Name.GRAVE);
    if (meets && !prepared && (force || (!client && !inside))) {
      goes();
      drop = Drop.NONE;
    } else {
      drop = Drop.JUST_FAILED;
    }
    dropsGrave = false;
  }

  /** A process ends at once; all that it knew is lost, but what it sent runs on. */
  void restart() {
    tried = 0;
    inside = false;
    orphan |= (drop == Drop.RUNNING && exists);
    drop = Drop.NONE;
    dropsGrave = false;
  }

  @Override
  public String toString() {
    return "%s%s %s claim=%s%s%s%s%s drop=%s%s%s%s tried=%x end=%s"
        .formatted(
            exists ? "exists " : "gone ",
            name,
            open ? "open" : "shut",
            claimed,
            client ? " client" : "",
            prepared ? " prepared" : "",
            invalid ? " invalid" : "",
            impostor ? " impostor" : "",
            drop,
            orphan ? " orphan" : "",
            inside ? " inside" : "",
            retain ? " retain" : "",
            tried,
            end);
  }
}
