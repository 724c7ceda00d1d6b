package dev.pgdb.operator;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.api.Admin;
import dev.pgdb.api.ConditionType;
import dev.pgdb.api.Deletion;
import dev.pgdb.api.ExistingDatabase;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresDatabaseSpec;
import dev.pgdb.api.PostgresServer;
import dev.pgdb.api.PostgresServerSpec;
import dev.pgdb.api.SecretRef;
import dev.pgdb.api.ServerRef;
import dev.pgdb.api.Tls;
import dev.pgdb.api.TlsMode;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.ServerActivity;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionTimeoutException;
import org.jspecify.annotations.Nullable;

/** Somebody with a namespace of their own, who applies resources and looks at them. */
final class Tenant {
  /** Long enough for a slow machine that clients keep busy: how long it takes is no rule here. */
  private static final Duration SOON = Duration.ofMinutes(2);

  private static final AtomicInteger COUNT = new AtomicInteger();

  /** More than any test has at once. */
  private static final int KEPT = 8;

  private static final Map<ControlPlane, Deque<Tenant>> TENANTS = new HashMap<>();

  private final KubernetesClient client;
  private final String namespace;
  private final List<TestPostgres> servers = new ArrayList<>();

  Tenant(ControlPlane cluster) {
    this.client = cluster.client();
    this.namespace = "tenant-" + COUNT.incrementAndGet();
    client
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(namespace).endMetadata().build())
        .serverSideApply();
    moveIn(cluster);
  }

  /**
   * Those of earlier tests leave: each of their servers keeps two sessions, and all of them
   * together would take every connection that the shared PostgreSQL has.
   */
  private void moveIn(ControlPlane cluster) {
    synchronized (TENANTS) {
      var here = TENANTS.computeIfAbsent(cluster, any -> new ArrayDeque<>());
      here.addLast(this);
      if (here.size() > KEPT) {
        here.removeFirst().moveOut();
      }
    }
  }

  private void moveOut() {
    client.resources(PostgresDatabase.class).inNamespace(namespace).delete();
    client.resources(PostgresServer.class).inNamespace(namespace).delete();
  }

  String namespace() {
    return namespace;
  }

  /** Applies a PostgresServer with its admin Secret. */
  void applyServer(String name, TestPostgres postgres) {
    applyServer(name, postgres, postgres.superuser(), postgres.password());
  }

  void applyServer(String name, TestPostgres postgres, String user, String password) {
    servers.add(postgres);
    applyServer(name, postgres.port(), user, password);
  }

  void applyServer(String name, int port, String user, String password) {
    applyAdminSecret(name, user, password);
    var server = new PostgresServer();
    server.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    server.setSpec(
        new PostgresServerSpec(
            "127.0.0.1",
            port,
            "postgres",
            new Admin(new SecretRef(name + "-admin")),
            new Tls(TlsMode.Disable, null, null),
            dev.pgdb.api.AllowedNamespaces.defaults(),
            4));
    client.resource(server).serverSideApply();
  }

  /** Applies the admin Secret of a server. */
  void applyAdminSecret(String server, String user, String password) {
    client
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(server + "-admin")
                .withNamespace(namespace)
                .endMetadata()
                .withType("kubernetes.io/basic-auth")
                .addToStringData("username", user)
                .addToStringData("password", password)
                .build())
        .serverSideApply();
  }

  /** How a server stands. */
  Optional<Condition> serverCondition(String name) {
    PostgresServer server =
        client.resources(PostgresServer.class).inNamespace(namespace).withName(name).get();
    return server == null || server.getStatus() == null
        ? Optional.empty()
        : Conditions.find(server.getStatus().conditions(), ConditionType.READY);
  }

  /** Applies a PostgresDatabase and waits until it is ready. */
  PostgresDatabase createDatabase(String resource, String server, @Nullable String databaseName) {
    applyDatabase(resource, server, databaseName);
    return awaitReady(resource);
  }

  void applyDatabase(String resource, String server, @Nullable String databaseName) {
    applyDatabase(resource, server, null, databaseName);
  }

  void applyDatabase(
      String resource,
      String server,
      @Nullable String serverNamespace,
      @Nullable String databaseName) {
    var database = new PostgresDatabase();
    database.setMetadata(
        new ObjectMetaBuilder().withName(resource).withNamespace(namespace).build());
    database.setSpec(
        new PostgresDatabaseSpec(
            new ServerRef(server, serverNamespace),
            databaseName,
            ExistingDatabase.Refuse,
            null,
            null,
            null,
            null,
            null,
            null,
            -1,
            List.of(),
            List.of(),
            null,
            Deletion.defaults()));
    client.resource(database).serverSideApply();
  }

  void deleteServer(String name) {
    client.resources(PostgresServer.class).inNamespace(namespace).withName(name).delete();
  }

  /** The reason of the Ready condition. */
  @Nullable String reason(String resource) {
    PostgresDatabase found = get(resource);
    return found == null
        ? null
        : Conditions.find(Statuses.of(found).conditions(), ConditionType.READY)
            .map(Condition::getReason)
            .orElse(null);
  }

  PostgresDatabase awaitReady(String resource) {
    return Awaitility.await(resource + " is ready")
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(50))
        .until(
            () -> get(resource),
            found ->
                found != null
                    && Conditions.isTrue(Statuses.of(found).conditions(), ConditionType.READY));
  }

  /** Waits until the Ready condition has this reason. */
  PostgresDatabase awaitReason(String resource, String reason) {
    return Awaitility.await(resource + " has reason " + reason)
        .atMost(SOON)
        .pollInterval(Duration.ofMillis(20))
        .until(
            () -> get(resource),
            found ->
                found != null
                    && Conditions.find(Statuses.of(found).conditions(), ConditionType.READY)
                        .filter(ready -> ready.getReason().equals(reason))
                        .isPresent());
  }

  /** Applies YAML to this namespace, as kubectl does. */
  void apply(String yaml) {
    client
        .load(new ByteArrayInputStream(yaml.getBytes(StandardCharsets.UTF_8)))
        .inNamespace(namespace)
        .serverSideApply();
  }

  /** Sets a field under {@code spec.deletion} of a PostgresDatabase. */
  void setDeletion(String resource, String field, Object value) {
    patch(resource, Serialization.asJson(Map.of("spec", Map.of("deletion", Map.of(field, value)))));
  }

  /** Merges JSON into a PostgresDatabase, as {@code kubectl patch --type merge} does. */
  void patch(String resource, String json) {
    client
        .resources(PostgresDatabase.class)
        .inNamespace(namespace)
        .withName(resource)
        .patch(PatchContext.of(PatchType.JSON_MERGE), json);
  }

  /** Waits until the resource waits for somebody; the message says why. */
  String awaitStalled(String resource, String reason) {
    var found = awaitReason(resource, reason);
    var stalled = Conditions.find(Statuses.of(found).conditions(), ConditionType.STALLED);
    assertThat(stalled).get().extracting(Condition::getStatus).isEqualTo("True");
    return stalled.orElseThrow().getMessage();
  }

  void delete(String resource) {
    client.resources(PostgresDatabase.class).inNamespace(namespace).withName(resource).delete();
  }

  /** A failure says how far the deletion has come, and what the sessions of the servers do. */
  void awaitGone(String resource) {
    try {
      Awaitility.await()
          .atMost(SOON)
          .pollInterval(Duration.ofMillis(20))
          .until(() -> get(resource) == null);
    } catch (ConditionTimeoutException e) {
      var activity = new StringBuilder();
      servers.forEach(server -> activity.append(ServerActivity.of(server)));
      throw new AssertionError(
          "%s is not gone:%n%s%s"
              .formatted(resource, Serialization.asYaml(get(resource)), activity),
          e);
    }
  }

  @Nullable PostgresDatabase get(String resource) {
    return client.resources(PostgresDatabase.class).inNamespace(namespace).withName(resource).get();
  }

  /** Which database a resource stands for. */
  static long oidOf(PostgresDatabase database) {
    return requireNonNull(requireNonNull(Translation.status(database)).oid());
  }

  /** The reasons of the Events about a resource, oldest first. */
  List<String> story(String resource) {
    return client.v1().events().inNamespace(namespace).list().getItems().stream()
        .filter(event -> resource.equals(event.getInvolvedObject().getName()))
        .map(Event::getReason)
        .toList();
  }
}
