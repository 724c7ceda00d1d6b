package dev.pgdb.bench;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import dev.pgdb.testbed.StatementCounts;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * One server of many, with a namespace and a PostgresServer of its own. pgdb has a role there that
 * nobody else uses, so that what it sends, and its sessions, can be told from what others do.
 */
record ScaleServer(String name, TestPostgres postgres, StatementCounts counts) {
  static final String ADMIN = "pgdb";
  private static final String PASSWORD = "let me in";

  static ScaleServer start(String name, String release) throws SQLException {
    var postgres = TestPostgres.start(release);
    var counts = StatementCounts.on(postgres);
    postgres.execute(
        "postgres",
        "CREATE ROLE " + ADMIN + " SUPERUSER LOGIN PASSWORD '" + PASSWORD + "'",
        "CREATE ROLE " + Contestant.OWNER);
    return new ScaleServer(name, postgres, counts);
  }

  void apply(KubernetesClient client) {
    client
        .load(
            new ByteArrayInputStream(
                """
                apiVersion: v1
                kind: Namespace
                metadata: {name: %1$s}
                ---
                apiVersion: v1
                kind: Secret
                metadata: {name: main-admin, namespace: %1$s}
                type: kubernetes.io/basic-auth
                stringData: {username: "%2$s", password: "%3$s"}
                ---
                apiVersion: pgdb.dev/v1
                kind: PostgresServer
                metadata: {name: main, namespace: %1$s}
                spec:
                  host: "%4$s"
                  port: %5$d
                  admin: {secretRef: {name: main-admin}}
                  tls: {mode: Disable}
                """
                    .formatted(name, ADMIN, PASSWORD, postgres.host(), postgres.port())
                    .getBytes(StandardCharsets.UTF_8)))
        .serverSideApply();
  }

  boolean isReady(KubernetesClient client) {
    var found = client.resources(PostgresServer.class).inNamespace(name).withName("main").get();
    return found != null
        && found.getStatus() != null
        && found.getStatus().conditions().stream()
            .anyMatch(c -> c.getType().equals("Ready") && c.getStatus().equals("True"));
  }

  void applyDatabase(KubernetesClient client, String database) {
    client
        .resource(
            """
            apiVersion: pgdb.dev/v1
            kind: PostgresDatabase
            metadata: {name: %s, namespace: %s}
            spec: {serverRef: {name: main}}
            """
                .formatted(database, name))
        .serverSideApply();
  }

  void deleteDatabase(KubernetesClient client, String database) {
    client.resources(PostgresDatabase.class).inNamespace(name).withName(database).delete();
  }

  /** No two servers have one of the same name. */
  List<String> databases(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> prefix + "-" + name + "-" + i).toList();
  }

  /** How many databases there are but those that every server has. */
  long databases() throws SQLException {
    return Catalog.number(
            postgres,
            "SELECT count(*) FROM pg_database WHERE datname <> 'postgres'"
                + " AND datname NOT LIKE 'template_'")
        .orElseThrow();
  }

  /** How often all databases were looked at together, since it was last counted from zero. */
  long looks() throws SQLException {
    return counts.all().entrySet().stream()
        .filter(statement -> statement.getKey().contains("pg_tablespace t"))
        .mapToLong(Map.Entry::getValue)
        .sum();
  }

  /** How many statements pgdb has sent, since it was last counted from zero. */
  long statements() throws SQLException {
    return counts.by(ADMIN);
  }
}
