package dev.pgdb.bench;

import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import java.time.Duration;
import java.util.Locale;

/**
 * Two contestants take turns, so that a machine that gets slower gets slower for both. Each round
 * has a fresh database and begins after a checkpoint: nobody pays for what the round before left
 * dirty.
 */
final class Duel {
  private static final int WARM_UP = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final TestPostgres postgres;
  private final ByResource ours;
  private final Baseline theirs;
  private final int clients;
  private int number;

  Duel(TestPostgres postgres, ByResource ours, Baseline theirs, int clients) {
    this.postgres = postgres;
    this.ours = ours;
    this.theirs = theirs;
    this.clients = clients;
  }

  String run(int rounds) throws Exception {
    var ourTimes = new Series();
    var theirTimes = new Series();
    for (int round = -WARM_UP; round < rounds; round++) {
      Duration our = round(ours, nextName("ours"));
      Duration their = round(theirs, nextName("theirs"));
      System.err.printf(
          "  %d clients, round %d of %d: %d ms beside %d ms%s%n",
          clients,
          round + 1,
          rounds,
          our.toMillis(),
          their.toMillis(),
          round < 0 ? " (warm-up)" : "");
      if (round >= 0) {
        ourTimes.add(our);
        theirTimes.add(their);
      }
    }
    return verdict(ourTimes, theirTimes);
  }

  private Duration round(Contestant contestant, String name) throws Exception {
    contestant.create(name);
    if (clients == 0) {
      return measured(contestant, name);
    }
    try (var storm =
        ReconnectingClients.against(postgres, name).mixed(clients).prepareRoles().start()) {
      storm.awaitAllConnected(PATIENCE);
      return measured(contestant, name);
    }
  }

  /** No name is used twice: the watch would take the end of one resource for that of another. */
  private String nextName(String prefix) {
    return prefix + "-" + clients + "-" + number++;
  }

  private Duration measured(Contestant contestant, String name) throws Exception {
    postgres.execute("postgres", "CHECKPOINT");
    long oid = Catalog.oid(postgres, name);
    Duration time = contestant.delete(name);
    Catalog.requireGone(postgres, oid);
    return time;
  }

  private String verdict(Series our, Series their) {
    double limit = 1.2 * their.median() + 100;
    return String.format(
        Locale.ROOT,
        """
        | %1$s | %2$s | %3$s | |
        | %1$s | %4$s | %5$s | |
        | | **ratio of the medians** | %6$.2f | | | aim: at most 1.2 × + 100 ms = %7$.0f ms: %8$s |
        """,
        clients == 0 ? "none" : clients + " reconnecting",
        ours.title(),
        our.cells(),
        theirs.title(),
        their.cells(),
        our.median() / their.median(),
        limit,
        our.median() <= limit ? "**met**" : "**missed**");
  }
}
