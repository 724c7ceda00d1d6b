package dev.pgdb.operator;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** The connection Secrets of a tenant, and applications that use them. */
final class Bindings {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String WHO = "SELECT current_user || ' in ' || current_database()";

  private final KubernetesClient client;
  private final Tenant tenant;

  Bindings(ControlPlane cluster, Tenant tenant) {
    this.client = cluster.client();
    this.tenant = tenant;
  }

  Secret secret(String name) {
    return requireNonNull(find(name), name);
  }

  private @Nullable Secret find(String name) {
    return client.secrets().inNamespace(tenant.namespace()).withName(name).get();
  }

  Secret create(String name, Map<String, String> entries) {
    return client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(tenant.namespace())
                .endMetadata()
                .withStringData(entries)
                .build())
        .create();
  }

  void edit(String name, UnaryOperator<Secret> edit) {
    client.secrets().inNamespace(tenant.namespace()).withName(name).edit(edit);
  }

  void delete(String name) {
    client.secrets().inNamespace(tenant.namespace()).withName(name).delete();
  }

  Secret await(String name, Predicate<Secret> condition) {
    return Awaitility.await("Secret " + name)
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> find(name), secret -> secret != null && condition.test(secret));
  }

  /** Kubernetes' garbage collector learns of a new CRD every 30 seconds. */
  void awaitNone(String name) {
    Awaitility.await("no Secret " + name)
        .atMost(SOON.plusSeconds(30))
        .pollInterval(Duration.ofMillis(20))
        .until(() -> find(name) == null);
  }

  static Map<String, String> entries(Secret secret) {
    Map<String, String> entries = new TreeMap<>();
    secret
        .getData()
        .forEach(
            (key, value) -> entries.put(key, new String(Base64.getDecoder().decode(value), UTF_8)));
    return entries;
  }

  Map<String, String> entries(String name) {
    return entries(secret(name));
  }

  /** By jdbc-uri alone. */
  String whoGetsIn(String name) throws SQLException {
    try (Connection connection = DriverManager.getConnection(entries(name).get("jdbc-uri"))) {
      return one(connection, WHO);
    }
  }

  /** By the entries that other drivers read. */
  static String logInByParts(Map<String, String> entries) throws SQLException {
    var source = new org.postgresql.ds.PGSimpleDataSource();
    source.setServerNames(new String[] {entries.get("host")});
    source.setPortNumbers(new int[] {Integer.parseInt(entries.get("port"))});
    source.setDatabaseName(entries.get("database"));
    try (Connection connection =
        source.getConnection(entries.get("username"), entries.get("password"))) {
      return one(connection, WHO);
    }
  }

  /** Tries until the login works. */
  String awaitLogin(String name) {
    return Awaitility.await("login by " + name)
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .ignoreExceptions()
        .until(() -> whoGetsIn(name), Objects::nonNull);
  }

  static String one(TestPostgres postgres, String query) throws SQLException {
    try (Connection connection = postgres.connect("postgres")) {
      return one(connection, query);
    }
  }

  private static String one(Connection connection, String query) throws SQLException {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      return rows.next() ? String.valueOf(rows.getString(1)) : "none";
    }
  }

  /** Notes what stands in a Secret after each change to it. */
  AutoCloseable watch(String name, Queue<Map<String, String>> states) {
    return client
        .secrets()
        .inNamespace(tenant.namespace())
        .withName(name)
        .watch(
            new Watcher<>() {
              @Override
              public void eventReceived(Action action, Secret secret) {
                states.add(entries(secret));
              }

              @Override
              public void onClose(WatcherException cause) {}
            });
  }

  /** A change of the spec that means nothing while the resource lives. */
  void touch(String resource) {
    patch(resource, "{\"spec\":{\"deletion\":{\"drain\":\"1s\"}}}");
  }

  void name(String resource, String secret) {
    patch(resource, "{\"spec\":{\"connectionSecret\":{\"name\":\"" + secret + "\"}}}");
  }

  void rotate(String resource, String value) {
    patch(
        resource,
        "{\"metadata\":{\"annotations\":{\"pgdb.dev/rotate-password\":\"" + value + "\"}}}");
  }

  void patch(String resource, String merge) {
    client
        .resources(PostgresDatabase.class)
        .inNamespace(tenant.namespace())
        .withName(resource)
        .patch(PatchContext.of(PatchType.JSON_MERGE), merge);
  }

  /** Waits until the newest spec has been looked at. */
  void awaitObserved(String resource) {
    Awaitility.await(resource + " is observed")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> {
              PostgresDatabase found = requireNonNull(tenant.get(resource));
              return Objects.equals(
                  Statuses.of(found).observedGeneration(), found.getMetadata().getGeneration());
            });
  }
}
