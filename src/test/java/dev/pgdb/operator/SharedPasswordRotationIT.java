package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A new password for a role that owns two databases: both Secrets have one that works, always. */
@OnEachServer(diagonal = true)
class SharedPasswordRotationIT extends TenantOnServer {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final List<String> SECRETS = List.of("first-db", "second-db");

  private final String owner = tenant.namespace() + "-shared";

  SharedPasswordRotationIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @BeforeEach
  void createDatabases() {
    for (String resource : List.of("first", "second")) {
      tenant.apply(
          """
          apiVersion: pgdb.dev/v1
          kind: PostgresDatabase
          metadata: {name: %s}
          spec: {serverRef: {name: main}, databaseName: "%s-%s", owner: "%s"}
          """
              .formatted(resource, owner, resource, owner));
    }
    tenant.awaitReady("first");
    tenant.awaitReady("second");
    SECRETS.forEach(bindings::awaitLogin);
  }

  @Test
  void theOtherSecretHasItBeforeTheRoleGetsIt() throws Exception {
    Queue<Map<String, String>> states = new ConcurrentLinkedQueue<>();
    try (var watch = bindings.watch("second-db", states)) {
      assertThat(watch).isNotNull();

      bindings.rotate("first", "1");

      awaitServed("first-db", "1");
      awaitOnePassword();
      String last = password("second-db");
      Awaitility.await("the watch has seen it")
          .atMost(SOON)
          .until(() -> states.stream().anyMatch(state -> last.equals(state.get("password"))));
      assertThat(states)
          .anySatisfy(state -> assertThat(state).containsEntry("pending-password", last));
    }
    for (String secret : SECRETS) {
      assertThat(bindings.entries(secret)).doesNotContainKey("pending-password");
      assertThat(bindings.whoGetsIn(secret)).startsWith(owner + " in ");
    }
  }

  @Test
  void bothSecretsHaveOneThatWorksHoweverOftenEitherIsAskedForAnother() throws Exception {
    Queue<String> lapses = new ConcurrentLinkedQueue<>();
    List<Thread> applications =
        SECRETS.stream()
            .map(name -> Thread.ofPlatform().start(() -> logInUntilInterrupted(name, lapses)))
            .toList();
    try {
      for (int round = 1; round <= 6; round++) {
        String resource = round % 2 == 0 ? "first" : "second";
        String before = password(resource + "-db");

        bindings.rotate(resource, "round " + round);

        awaitServed(resource + "-db", "round " + round);
        assertThat(password(resource + "-db")).isNotEqualTo(before);
      }
      awaitOnePassword();
    } finally {
      applications.forEach(Thread::interrupt);
      for (Thread application : applications) {
        application.join();
      }
    }
    assertThat(lapses).isEmpty();
  }

  @Test
  void bothMayBeAskedForItAtOnce() throws Exception {
    String before = password("first-db");

    bindings.rotate("first", "1");
    bindings.rotate("second", "1");

    awaitServed("first-db", "1");
    awaitServed("second-db", "1");
    awaitOnePassword();
    assertThat(password("first-db")).isNotEqualTo(before);
    for (String secret : SECRETS) {
      assertThat(bindings.whoGetsIn(secret)).startsWith(owner + " in ");
    }
  }

  /** As if the operator had died before the role got the password that it was to get. */
  @Test
  void oneThatTheRoleHasNotGotIsForgotten() throws Exception {
    Map<String, String> before = bindings.entries("second-db");

    bindings.edit(
        "second-db",
        secret ->
            new SecretBuilder(secret).addToStringData("pending-password", "P".repeat(32)).build());

    bindings.await("second-db", secret -> Bindings.entries(secret).equals(before));
    assertThat(bindings.whoGetsIn("second-db")).startsWith(owner + " in ");
  }

  /** One by one, as each of them lets the application in or not. */
  private void logInUntilInterrupted(String name, Queue<String> lapses) {
    while (!Thread.currentThread().isInterrupted()) {
      Secret secret = bindings.secret(name);
      if (!letsIn(secret) && isStill(secret) && !Thread.currentThread().isInterrupted()) {
        lapses.add(name + " " + secret.getMetadata().getResourceVersion());
      }
    }
  }

  private boolean letsIn(Secret secret) {
    Map<String, String> entries = Bindings.entries(secret);
    return Stream.of(entries.get("password"), entries.get("pending-password"))
        .filter(Objects::nonNull)
        .anyMatch(password -> logsIn(entries.getOrDefault("database", ""), password));
  }

  /** Whether nothing has been written to it since it was read. */
  private boolean isStill(Secret secret) {
    return bindings
        .secret(secret.getMetadata().getName())
        .getMetadata()
        .getResourceVersion()
        .equals(secret.getMetadata().getResourceVersion());
  }

  private boolean logsIn(String database, String password) {
    try {
      postgres.connect(database, owner, password).close();
      return true;
    } catch (SQLException e) {
      return false;
    }
  }

  private void awaitServed(String secret, String value) {
    bindings.await(
        secret,
        found ->
            value.equals(found.getMetadata().getAnnotations().get("pgdb.dev/rotate-password")));
  }

  private void awaitOnePassword() {
    Awaitility.await("both Secrets are settled")
        .atMost(SOON)
        .until(
            () ->
                password("first-db").equals(password("second-db"))
                    && SECRETS.stream()
                        .noneMatch(name -> bindings.entries(name).containsKey("pending-password")));
  }

  private String password(String secret) {
    return bindings.entries(secret).getOrDefault("password", "none");
  }
}
