package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.deletion.Setting.Trouble;
import java.util.function.Consumer;

/**
 * A server with our database, perhaps another one that took its name, and our process, as far as a
 * deletion can tell them apart. Small, so that every state can be visited.
 */
final class World implements Cloneable {
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

  /** What a transaction of another database holds. */
  enum Lock {
    NONE,
    DATABASE,
    ROW
  }

  /** How the DROP of our process goes. */
  enum Drop {
    NONE,
    /** It is on its way, and our second session holds the lock that it needs first. */
    HELD_BACK,
    /** It is on its way, and nothing holds its name. */
    LOOSE,
    RUNNING,
    /** Our process believes that it runs, and will hear nothing more of it. */
    SILENT,
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
  boolean slot;
  boolean invalid;
  Lock lock = Lock.NONE;

  /** Another database has the name that ours had first. */
  boolean impostor;

  Drop drop = Drop.NONE;

  /** The name that a loose DROP says. */
  Name dropped = Name.WANTED;

  /** Somebody waits for the lock on our database, before our DROP that is held back. */
  boolean rival;

  /** A DROP of our database runs that our process knows nothing of. */
  boolean orphan;

  /** What the status of the resource remembers. */
  boolean sent;

  /** What it goes back to where the DROP is called back. */
  boolean sentBefore;

  boolean inside;
  boolean retain;

  /** What a second process has decided, and not done yet: a number of {@link SecondProcess}. */
  int second;

  /** One bit for each step that was tried in this round. */
  int tried;

  End end = End.NONE;

  World after(Consumer<World> move) {
    World next = clone();
    move.accept(next);
    return next;
  }

  @Override
  protected World clone() {
    try {
      return (World) super.clone();
    } catch (CloneNotSupportedException e) {
      throw new AssertionError(e);
    }
  }

  /** Same key, same state, as far as it makes a difference to anybody. */
  @SuppressWarnings("EnumOrdinal") // nothing outlives the test
  long key() {
    long key = exists && end == End.NONE ? tried : 0;
    key = (key << 5) | second;
    key = (key << 3) | drop.ordinal();
    key = (key << 2) | name.ordinal();
    key = (key << 2) | dropped.ordinal();
    key = (key << 2) | claimed.ordinal();
    key = (key << 2) | lock.ordinal();
    key = (key << 2) | end.ordinal();
    key = (key << 1) | (exists ? 1 : 0);
    key = (key << 1) | (open ? 1 : 0);
    key = (key << 1) | (client ? 1 : 0);
    key = (key << 1) | (prepared ? 1 : 0);
    key = (key << 1) | (slot ? 1 : 0);
    key = (key << 1) | (invalid ? 1 : 0);
    key = (key << 1) | (impostor ? 1 : 0);
    key = (key << 1) | (rival ? 1 : 0);
    key = (key << 1) | (orphan ? 1 : 0);
    key = (key << 1) | (sent ? 1 : 0);
    key = (key << 1) | (sentBefore ? 1 : 0);
    key = (key << 1) | (inside ? 1 : 0);
    return (key << 1) | (retain ? 1 : 0);
  }

  /** Another resource claims it, or it has neither a claim nor a name of ours. */
  boolean looksLikeAnother() {
    return claimed == Claimed.ANOTHERS || (claimed == Claimed.NOBODYS && name == Name.ELSEWHERE);
  }

  boolean somebodyIn() {
    return client || prepared || inside;
  }

  /** Whether a DROP has the lock that keeps everybody else away. */
  boolean dropRuns() {
    return orphan || drop == Drop.RUNNING;
  }

  /** Whether a COMMENT gets the lock that it needs. */
  boolean canBeLocked() {
    return exists && !dropRuns() && drop != Drop.HELD_BACK && lock != Lock.DATABASE;
  }

  /** Whether a RENAME or a DROP gets the locks that it needs, and nobody is in its way. */
  boolean canBeMoved() {
    return canBeLocked() && lock == Lock.NONE && !somebodyIn();
  }

  void goes() {
    exists = false;
    name = Name.WANTED;
    open = false;
    claimed = Claimed.NOBODYS;
    client = false;
    prepared = false;
    slot = false;
    invalid = false;
    inside = false;
    lock = Lock.NONE;
  }

  /** A DROP that runs comes to its end. */
  boolean isDroppedBy(Setting setting) {
    boolean empty = !prepared && (setting.superuser() || (!client && !inside));
    if (empty && !(slot && setting.has(Trouble.SLOTS_OF_9_6))) {
      goes();
      return true;
    }
    return false;
  }

  /** A process ends at once; all that it knew is lost, but what runs goes on. */
  void restart(boolean dropHasArrived) {
    tried = 0;
    inside = false;
    orphan |= exists && (drop == Drop.RUNNING || dropHasArrived);
    drop = Drop.NONE;
    dropped = Name.WANTED;
    rival = false;
    sentBefore = false;
  }

  @Override
  public String toString() {
    var text = new StringBuilder(exists ? "exists " : "gone ").append(name);
    text.append(open ? " open" : " shut").append(" claim=").append(claimed);
    text.append(client ? " client" : "").append(prepared ? " prepared" : "");
    text.append(slot ? " slot" : "").append(invalid ? " invalid" : "");
    text.append(lock == Lock.NONE ? "" : " lock=" + lock).append(impostor ? " impostor" : "");
    text.append(" drop=").append(drop).append(drop == Drop.LOOSE ? " of " + dropped : "");
    text.append(rival ? " rival" : "").append(orphan ? " orphan" : "").append(sent ? " sent" : "");
    text.append(inside ? " inside" : "").append(retain ? " retain" : "");
    text.append(second == 0 ? "" : " second=" + SecondProcess.described(second));
    return text.append(" tried=")
        .append(Integer.toHexString(tried))
        .append(" end=" + end)
        .toString();
  }
}
