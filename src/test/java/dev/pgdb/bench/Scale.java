package dev.pgdb.bench;

import dev.pgdb.bench.ScalePhase.Figures;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import java.io.File;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Very many databases on many servers: created, looked at for a while, and deleted. */
final class Scale {
  /** As many CREATE DATABASE, and DROP DATABASE, as pgdb sends at once to one server. */
  private static final int CREATE_CONNECTIONS = 2;

  private static final int DROP_CONNECTIONS = 3;
  private static final int CALLERS = 10;
  private static final int LOOKS = 3;
  private static final Duration RESYNC = Duration.ofSeconds(20);

  private final ControlPlane cluster = ControlPlane.shared();
  private final List<ScaleServer> servers = new ArrayList<>();
  private final int databases;
  private final String jvm;

  private Scale(int databases, String jvm) {
    this.databases = databases;
    this.jvm = jvm;
  }

  static String run(int databases, int servers, String release, String jvm) throws Exception {
    var scale = new Scale(databases, jvm);
    Crds.install(scale.cluster.client());
    for (int i = 0; i < servers; i++) {
      scale.servers.add(ScaleServer.start("server-" + i, release));
    }
    System.err.println(servers + " servers have started");
    return scale.compare();
  }

  private String compare() throws Exception {
    Duration rawCreated = bySql(CREATE_CONNECTIONS, "CREATE DATABASE \"%s\" OWNER bench_owner");
    System.err.println("  created by SQL: " + rawCreated);
    Duration rawDropped = bySql(DROP_CONNECTIONS, "DROP DATABASE \"%s\"");
    System.err.println("  dropped by SQL: " + rawDropped);
    require(0);
    for (ScaleServer server : servers) {
      server.apply(cluster.client());
    }
    Figures created;
    Figures watched;
    Figures deleted;
    var log = new File("target/bench-scale.log");
    try (var watch = new ResourceWatch(cluster.client())) {
      try (var operator = OperatorJar.start(cluster, jvm, log)) {
        for (ScaleServer server : servers) {
          until(() -> server.isReady(cluster.client()));
        }
        created = phase(operator, databases).measure("created", () -> create(watch));
        require(databases);
      }
      var again = new File("target/bench-scale-again.log");
      try (var operator =
          OperatorJar.start(cluster, jvm, again, "--resync", RESYNC.toSeconds() + "s")) {
        watched = phase(operator, 0).measure("started again", this::watch);
        deleted = phase(operator, 0).measure("deleted", () -> delete(watch));
        require(0);
      }
    }
    return table(created, watched, deleted, rawCreated, rawDropped);
  }

  private ScalePhase phase(OperatorJar operator, int writtenByOthers) {
    return new ScalePhase(cluster.client(), servers, operator, writtenByOthers);
  }

  private void create(ResourceWatch watch) throws Exception {
    Many.inParallel(
        CALLERS, names(), (caller, name) -> serverOf(name).applyDatabase(cluster.client(), name));
    for (String name : names()) {
      watch.ready(name);
    }
  }

  /** The start, and some resyncs. */
  private void watch() throws Exception {
    for (ScaleServer server : servers) {
      until(() -> server.looks() >= LOOKS);
    }
  }

  private void delete(ResourceWatch watch) throws Exception {
    Many.inParallel(
        CALLERS, names(), (caller, name) -> serverOf(name).deleteDatabase(cluster.client(), name));
    for (String name : names()) {
      watch.gone(name);
    }
  }

  /** One of each server after the other. */
  private List<String> names() {
    var names = new ArrayList<String>();
    for (int i = 0; i < perServer(); i++) {
      for (ScaleServer server : servers) {
        names.add(server.databases("db", perServer()).get(i));
      }
    }
    return names;
  }

  private ScaleServer serverOf(String database) {
    return servers.stream()
        .filter(server -> database.startsWith("db-" + server.name() + "-"))
        .findFirst()
        .orElseThrow();
  }

  private int perServer() {
    return databases / servers.size();
  }

  private Duration bySql(int connections, String sql) throws Exception {
    long start = System.nanoTime();
    try (var threads = Executors.newFixedThreadPool(servers.size())) {
      var running = new ArrayList<Future<?>>();
      for (ScaleServer server : servers) {
        running.add(
            threads.submit(
                () -> {
                  bySql(server, connections, sql);
                  return null;
                }));
      }
      for (Future<?> each : running) {
        each.get();
      }
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private void bySql(ScaleServer server, int count, String sql) throws Exception {
    var connections = new ArrayList<Connection>();
    for (int i = 0; i < count; i++) {
      connections.add(server.postgres().connect("postgres"));
    }
    Many.inParallel(
        count,
        server.databases("raw", perServer()),
        (caller, name) -> {
          try (var statement = connections.get(caller).createStatement()) {
            statement.execute(sql.formatted(name));
          }
        });
    for (Connection connection : connections) {
      connection.close();
    }
  }

  private void require(int count) throws Exception {
    long found = 0;
    for (ScaleServer server : servers) {
      found += server.databases();
    }
    if (found != count) {
      throw new IllegalStateException(found + " databases where there should be " + count);
    }
  }

  private static void until(Callable<Boolean> condition) throws Exception {
    long limit = System.nanoTime() + Duration.ofMinutes(10).toNanos();
    while (!condition.call()) {
      if (System.nanoTime() > limit) {
        throw new IllegalStateException("nothing came of it within ten minutes");
      }
      Thread.sleep(200);
    }
  }

  private String table(
      Figures created, Figures watched, Figures deleted, Duration rawCreated, Duration rawDropped) {
    return String.format(
        Locale.ROOT,
        """
        | %d databases on %d servers | s | beside raw SQL, s | ratio | writes to the API server | SQL statements | sessions per server, most | resident memory, most |
        |---|--:|--:|--:|--:|--:|--:|--:|
        | created | %s
        | started again, %d looks | %s
        | deleted | %s
        """,
        databases,
        servers.size(),
        created.cells(rawCreated),
        LOOKS,
        watched.cells(null),
        deleted.cells(rawDropped));
  }
}
