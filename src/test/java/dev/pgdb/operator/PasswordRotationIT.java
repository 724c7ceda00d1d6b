package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariCredentialsProvider;
import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.util.Credentials;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A new password on request, and applications notice nothing of it. */
@OnEachServer
class PasswordRotationIT extends TenantOnServer {
  private final String name = tenant.namespace() + "-rotation";

  PasswordRotationIT(String release, AdminKind admin) {
    super(release, admin);
  }

  @BeforeEach
  void createDatabase() throws SQLException {
    tenant.createDatabase("orders", "main", name);
  }

  @Test
  void givesTheOwnerAnotherPasswordOnceForEachValue() throws Exception {
    String before = password();

    bindings.rotate("orders", "1");

    Secret rotated = awaitServed("1");
    assertThat(password()).isNotEqualTo(before);
    assertThat(bindings.whoGetsIn("orders-db")).isEqualTo(name + " in " + name);
    assertThatThrownBy(() -> postgres.connect(name, name, before))
        .hasMessageContaining("password authentication failed");
    bindings.touch("orders");
    bindings.awaitObserved("orders");
    assertThat(bindings.secret("orders-db")).isEqualTo(rotated);
  }

  @Test
  void staysTheSameWhenTheSecretIsRenamedAfterwards() throws Exception {
    bindings.rotate("orders", "1");
    awaitServed("1");
    String rotated = password();

    bindings.name("orders", "other");

    bindings.await("other", secret -> true);
    bindings.awaitNone("orders-db");
    tenant.awaitReady("orders");
    assertThat(bindings.entries("other")).containsEntry("password", rotated);
    assertThat(bindings.whoGetsIn("other")).isEqualTo(name + " in " + name);
  }

  /** Then pgdb cannot give the role another one. */
  @Test
  void movesWithTheSecretThoughSomebodyHasTakenTheClaimFromTheRole() throws Exception {
    String password = password();
    postgres.execute("postgres", "COMMENT ON ROLE \"" + name + "\" IS 'theirs'");

    bindings.name("orders", "other");

    bindings.await("other", secret -> true);
    bindings.awaitNone("orders-db");
    assertThat(bindings.entries("other")).containsEntry("password", password);
  }

  @Test
  void isInBothSecretsBeforeTheRoleGetsItWhenTheSecretIsRenamedAtOnce() throws Exception {
    String before = password();
    Queue<Map<String, String>> old = new ConcurrentLinkedQueue<>();
    Queue<Map<String, String>> next = new ConcurrentLinkedQueue<>();
    try (var former = bindings.watch("orders-db", old);
        var other = bindings.watch("other", next)) {
      assertThat(former).isNotSameAs(other);

      bindings.patch(
          "orders",
          """
          {"metadata": {"annotations": {"pgdb.dev/rotate-password": "1"}},
           "spec": {"connectionSecret": {"name": "other"}}}
          """);

      awaitServed("other", "1");
      bindings.awaitNone("orders-db");
      String after = bindings.entries("other").getOrDefault("password", "none");
      assertThat(after).isNotEqualTo(before);
      Awaitility.await("the watches have seen it")
          .until(
              () ->
                  next.stream().anyMatch(state -> after.equals(state.get("password")))
                      && old.stream()
                          .anyMatch(state -> after.equals(state.get("pending-password"))));
      assertThat(next.element()).containsEntry("password", before);
    }
    assertThat(bindings.whoGetsIn("other")).isEqualTo(name + " in " + name);
  }

  @Test
  void runsAnApplicationThroughWithoutAnError() throws Exception {
    Queue<Throwable> errors = new ConcurrentLinkedQueue<>();
    var queries = new AtomicInteger();
    try (HikariDataSource pool = pool()) {
      var application =
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!Thread.currentThread().isInterrupted()) {
                      try (var connection = pool.getConnection();
                          var statement = connection.createStatement()) {
                        statement.execute("SELECT 1");
                        pool.evictConnection(connection); // the next one has to log in
                        queries.incrementAndGet();
                      } catch (SQLException e) {
                        if (!Thread.currentThread().isInterrupted()) {
                          errors.add(e);
                        }
                      }
                    }
                  });
      for (int round = 1; round <= 5; round++) {
        String before = password();
        int reached = queries.get();

        bindings.rotate("orders", "round " + round);

        awaitServed("round " + round);
        assertThat(password()).isNotEqualTo(before);
        Awaitility.await("queries with the new password")
            .until(() -> queries.get() > reached + 20 || !errors.isEmpty());
      }
      application.interrupt();
      application.join();
    }
    assertThat(errors).isEmpty();
  }

  @Test
  void keepsTheSessionsOfAnApplicationThatReadsTheSecretOnce() throws Exception {
    var config = new HikariConfig();
    config.setJdbcUrl(bindings.entries("orders-db").get("jdbc-uri"));
    config.setMaximumPoolSize(1);
    try (var pool = new HikariDataSource(config)) {
      String session = session(pool);

      bindings.rotate("orders", "1");

      awaitServed("1");
      assertThat(session(pool)).isEqualTo(session);
    }
  }

  private static String session(HikariDataSource pool) throws SQLException {
    try (var connection = pool.getConnection();
        var statement = connection.createStatement();
        var row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getString(1);
    }
  }

  @Test
  void neverLeavesTheSecretWithoutThePasswordThatWorks() throws Exception {
    Queue<Map<String, String>> states = new ConcurrentLinkedQueue<>();
    try (var watch = bindings.watch("orders-db", states)) {
      assertThat(watch).isNotNull();
      bindings.rotate("orders", "watched");
      awaitServed("watched");
      Awaitility.await("the watch has seen it")
          .until(() -> states.stream().anyMatch(state -> state.containsValue(password())));
    }
    String last = password();
    assertThat(states)
        .allSatisfy(state -> assertThat(state).containsKey("password"))
        .anySatisfy(state -> assertThat(state).containsEntry("pending-password", last));
    assertThat(bindings.entries("orders-db")).doesNotContainKey("pending-password");
  }

  /** As if the operator had died right after the role got its new password. */
  @Test
  void finishesWhatACrashHasLeftBehind() throws Exception {
    String pending = "P".repeat(32);
    postgres.execute(
        "postgres",
        "ALTER ROLE \"" + name + "\" PASSWORD '" + pending + "'",
        """
        DO $$ BEGIN
          EXECUTE format('COMMENT ON ROLE %%I IS %%L', '%1$s',
              (SELECT regexp_replace(shobj_description(oid, 'pg_authid'), 'password: [0-9a-f]+',
                   'password: ' || encode(substring(sha256('%2$s') for 16), 'hex'))
               FROM pg_roles WHERE rolname = '%1$s'));
        END $$
        """
            .formatted(name, pending));

    bindings.edit(
        "orders-db",
        secret -> new SecretBuilder(secret).addToStringData("pending-password", pending).build());

    bindings.await("orders-db", secret -> !secret.getData().containsKey("pending-password"));
    assertThat(password()).isEqualTo(pending);
    assertThat(bindings.whoGetsIn("orders-db")).isEqualTo(name + " in " + name);
  }

  private String password() {
    return bindings.entries("orders-db").getOrDefault("password", "none");
  }

  private Secret awaitServed(String value) {
    return awaitServed("orders-db", value);
  }

  private Secret awaitServed(String secret, String value) {
    return bindings.await(
        secret,
        found -> {
          Map<String, String> annotations = found.getMetadata().getAnnotations();
          return annotations != null && value.equals(annotations.get("pgdb.dev/rotate-password"));
        });
  }

  /** It asks the Secret whenever it logs in, as one that reads it from a volume does. */
  private HikariDataSource pool() {
    var config = new HikariConfig();
    config.setJdbcUrl(withoutLogin(bindings.entries("orders-db").getOrDefault("jdbc-uri", "")));
    config.setCredentialsProvider(new FromSecret());
    config.setMaximumPoolSize(2);
    config.setConnectionTimeout(Duration.ofSeconds(10).toMillis());
    return new HikariDataSource(config);
  }

  private static String withoutLogin(String jdbcUri) {
    return jdbcUri.replaceAll("\\?.*", "");
  }

  private final class FromSecret implements HikariCredentialsProvider {
    @Override
    public Credentials getCredentials() {
      Map<String, String> entries = bindings.entries("orders-db");
      return Credentials.of(entries.get("username"), entries.get("password"));
    }
  }
}
