package dev.pgdb.operator;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Lets only so many databases of one server be worked on at once, and none while it is doubted that
 * the server answers: one that hangs keeps those who wait for it for seconds, and must not keep all
 * of the few threads that every server shares.
 */
final class ServerTurns {
  private final Servers servers;
  private final int limit;
  private final Consumer<ResourceID> wakeUp;
  private final Map<ResourceID, Integer> taken = new HashMap<>();
  private final Map<ResourceID, Set<ResourceID>> waiting = new HashMap<>();

  /**
   * @param concurrency how many databases are worked on at once, on all servers together
   * @param wakeUp called with a database that waited and should try again
   */
  ServerTurns(Servers servers, int concurrency, Consumer<ResourceID> wakeUp) {
    this.servers = servers;
    this.limit = Math.max(1, concurrency / 2);
    this.wakeUp = wakeUp;
    servers.onCheck(this::wakeAll);
  }

  /**
   * Takes a turn, which has to be given back.
   *
   * @return whether it is this database's turn; if not, it is woken when it is worth another try
   */
  synchronized boolean take(ResourceID server, ResourceID database) {
    int now = taken.getOrDefault(server, 0);
    if (now >= limit || servers.isSuspected(server)) {
      waiting.computeIfAbsent(server, any -> new LinkedHashSet<>()).add(database);
      return false;
    }
    taken.put(server, now + 1);
    return true;
  }

  void giveBack(ResourceID server) {
    synchronized (this) {
      taken.computeIfPresent(server, (any, now) -> now == 1 ? null : now - 1);
    }
    if (!servers.isSuspected(server)) {
      next(server, 1).forEach(wakeUp);
    }
  }

  private void wakeAll(ResourceID server) {
    next(server, Integer.MAX_VALUE).forEach(wakeUp);
  }

  private synchronized List<ResourceID> next(ResourceID server, int count) {
    Set<ResourceID> queue = waiting.getOrDefault(server, Set.of());
    List<ResourceID> next = new ArrayList<>(queue.stream().limit(count).toList());
    next.forEach(queue::remove);
    if (queue.isEmpty()) {
      waiting.remove(server);
    }
    return next;
  }
}
