package dev.pgdb.bench;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import dev.pgdb.testbed.TestPostgres;
import java.io.File;

/**
 * Runs the benchmark and prints its tables: {@code ./mvnw -Pbench}.
 *
 * <p>{@code -Dbench.postgres=13} takes another release, {@code -Dbench.rounds} and {@code
 * -Dbench.many.rounds} more or fewer rounds, {@code -Dbench.many} another number of resources at
 * once, {@code -Dbench.jvm} options for the JVM of the operator. With {@code -Dbench.scale=1000} so
 * many databases on {@code -Dbench.scale.servers} are created and deleted, and nothing else is
 * done.
 */
final class Bench {
  private static final int STORM = 50;

  private Bench() {}

  public static void main(String[] arguments) throws Exception {
    int scale = Integer.getInteger("bench.scale", 0);
    if (scale > 0) {
      runAtScale(scale);
    }
    int rounds = Integer.getInteger("bench.rounds", 20);
    int manyRounds = Integer.getInteger("bench.many.rounds", 5);
    var postgres = TestPostgres.shared(System.getProperty("bench.postgres", "18"));
    var cluster = ControlPlane.shared();
    Crds.install(cluster.client());
    postgres.execute("postgres", "CREATE ROLE " + Contestant.OWNER + " LOGIN");
    Baseline baseline = Baseline.on(postgres);
    var log = new File("target/bench-operator.log");
    var tables = new StringBuilder();
    try (var ours = new ByResource(cluster.client(), postgres);
        var operator = OperatorJar.start(cluster, System.getProperty("bench.jvm", ""), log)) {
      System.err.println("The operator is process " + operator.pid() + "; its log is " + log);
      if (rounds > 0) {
        tables.append("| clients | one database | median, ms | min | max | |\n");
        tables.append("|---|---|--:|--:|--:|---|\n");
        tables.append(new Duel(postgres, ours, baseline, 0).run(rounds));
        tables.append(new Duel(postgres, ours, baseline, STORM).run(rounds));
      }
      if (manyRounds > 0) {
        int count = Integer.getInteger("bench.many", 100);
        tables.append("\n| at once | many databases | median, ms | min | max | |\n");
        tables.append("|--:|---|--:|--:|--:|---|\n");
        tables.append(new Many(postgres, ours, count).run(manyRounds));
      }
    }
    System.out.println();
    System.out.println(Machine.describe(postgres, cluster, baseline, rounds, manyRounds));
    System.out.println(tables);
    System.exit(0); // the threads of the clients' pools take their time
  }

  /** And nothing else. */
  private static void runAtScale(int databases) throws Exception {
    String table =
        Scale.run(
            databases,
            Integer.getInteger("bench.scale.servers", 20),
            System.getProperty("bench.postgres", "18"),
            System.getProperty("bench.jvm", ""));
    System.out.println();
    System.out.println(table);
    System.exit(0);
  }
}
