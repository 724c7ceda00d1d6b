package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Situation.LIMIT;
import static dev.pgdb.postgres.deletion.Situation.execute;
import static org.assertj.core.api.Assertions.assertThat;

/** Processes of the server itself that are in the database. */
final class WorkerCases {
  private WorkerCases() {}

  /** A VACUUM that takes for ever, started by the server itself. */
  static void autovacuum(Situation it) throws Exception {
    startAutovacuum(it);
    it.clients(4);

    it.deletion.awaitGone(LIMIT);
  }

  /** RENAME and DROP tell such a worker to end, and fail where it does not. */
  static void deafAutovacuum(Situation it) throws Exception {
    int pid = startAutovacuum(it);
    it.server.signal("STOP", pid);
    it.atTheEnd(() -> it.server.signal("CONT", pid));
    it.clients(4);

    var blocker = it.deletion.awaitBlocker("DeafSession", LIMIT);

    assertThat(blocker.subject()).isEqualTo("pid " + pid);
    assertThat(blocker.message()).contains("the autovacuum worker with pid " + pid);
    it.server.signal("CONT", pid);
    it.deletion.awaitGone(LIMIT);
  }

  /** Returns the pid of the worker. */
  private static int startAutovacuum(Situation it) throws Exception {
    it.server.execute(
        it.database,
        "CREATE TABLE orders (id int) WITH (autovacuum_vacuum_cost_delay = 100,"
            + " autovacuum_vacuum_cost_limit = 1, autovacuum_vacuum_threshold = 0,"
            + " autovacuum_vacuum_scale_factor = 0)",
        "INSERT INTO orders SELECT generate_series(1, 200000)",
        "DELETE FROM orders");
    it.atTheEnd(
        () ->
            it.server.execute(
                "postgres",
                "ALTER SYSTEM RESET autovacuum",
                "ALTER SYSTEM RESET autovacuum_naptime",
                "SELECT pg_reload_conf()"));
    it.server.execute(
        "postgres",
        "ALTER SYSTEM SET autovacuum = on",
        "ALTER SYSTEM SET autovacuum_naptime = '1s'",
        "SELECT pg_reload_conf()");
    String worker =
        "pg_stat_activity WHERE query LIKE 'autovacuum: VACUUM%orders%' AND datid = "
            + it.deletion.oid();
    it.awaitCount(1, worker);
    return Integer.parseInt(it.server.ask("postgres", "SELECT pid FROM " + worker));
  }

  /** Background workers of a query, each a backend of its own. */
  static void parallelWorkers(Situation it) throws Exception {
    boolean renamed = Holder.isAtLeast(it.server.release(), "16");
    var leader = it.clientSession();
    execute(
        leader,
        "SET max_parallel_workers_per_gather = 1", // 0 by default on 9.6
        "SET %s = on".formatted(renamed ? "debug_parallel_query" : "force_parallel_mode"));
    it.meanwhile(
        () -> execute(leader, "SELECT count(*) FROM pg_class a, pg_class b, pg_class c, pg_class"));
    it.awaitCount(2, "pg_stat_activity WHERE datid = " + it.deletion.oid());
    it.clients(4);

    it.deletion.awaitGone(LIMIT);
  }
}
