package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.install.ChartServiceAccount;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.TestPostgres;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Whatever people alert on and look at is there under its name. */
class MetricsIT {
  private static final List<String> GIDS = List.of("metrics 1", "metrics 2");
  private static final Duration SOON = Duration.ofSeconds(60);

  private static final Pattern METRIC =
      Pattern.compile("\\b(?:pgdb|jvm|process|reconciliations)_[a-z0-9_]+\\b");

  @Test
  void areThereUnderTheNamesThatPeopleUse() throws Exception {
    var postgres = TestPostgres.shared("18");
    try (var cluster = ControlPlane.start()) {
      Crds.install(cluster.client());
      try (var client = ChartServiceAccount.on(cluster).client();
          var operator =
              new PgdbOperator(
                  client,
                  new OperatorConfiguration(Set.of(), false, 0, Duration.ofMinutes(10), 10),
                  Clock.systemUTC())) {
        operator.start();
        var tenant = new Tenant(cluster);
        tenant.applyServer("main", postgres);
        String database = tenant.namespace() + "-metrics";
        drop(cluster, client, tenant, operator, postgres, database + "-gone");
        release(tenant, postgres, database + "-kept");
        block(tenant, postgres, database);
        System.gc(); // what a collection took is told only once there has been one

        try {
          await()
              .atMost(SOON)
              .untilAsserted(
                  () ->
                      assertThat(operator.metrics())
                          .contains("pgdb_deletions_total{result=\"dropped\"} 1.0")
                          .contains("pgdb_deletions_total{result=\"released\"} 1.0")
                          .contains("pgdb_deletion_duration_seconds_count 1")
                          .contains("pgdb_deletion_blocked{type=\"PreparedTransaction\"} 1.0")
                          .containsPattern("pgdb_sessions_terminated_total [1-9]")
                          .contains("pgdb_databases{ready=\"true\"} 0.0")
                          .contains("pgdb_databases{ready=\"false\"} 1.0")
                          .contains(
                              "pgdb_server_up{server=\"" + tenant.namespace() + "/main\"} 1.0")
                          .contains("jvm_gc_pause_seconds_count")
                          .contains("controller_name=\"postgresdatabasereconciler\""));
          assertThat(namesIn(operator.metrics()))
              .containsAll(namesIn(Files.readString(Path.of("helm/pgdb/files/alerts.yaml"))))
              .containsAll(namesIn(Files.readString(Path.of("helm/pgdb/files/dashboard.json"))))
              .containsAll(documented());
        } finally { // else no logical slot can be created on this server any more
          for (String gid : GIDS) {
            postgres.execute(database, "ROLLBACK PREPARED '" + gid + "'");
          }
        }
        tenant.awaitGone(database);
      }
    }
  }

  /**
   * Under clients, and while somebody takes from pgdb the right to let the resource go: that is
   * tried again, and the end of the database is told and counted once.
   */
  private static void drop(
      ControlPlane cluster,
      KubernetesClient pgdb,
      Tenant tenant,
      PgdbOperator operator,
      TestPostgres postgres,
      String database)
      throws Exception {
    tenant.createDatabase(database, "main", null);
    var role = cluster.client().rbac().clusterRoles().withName("pgdb-system-pgdb");
    List<PolicyRule> rules = role.get().getRules();
    try (var clients =
        ReconnectingClients.against(postgres, database).mixed(4).prepareRoles().start()) {
      clients.awaitAllConnected(SOON);
      role.edit(
          rights -> {
            rights.getRules().stream()
                .filter(rule -> rule.getResources().contains("postgresdatabases"))
                .forEach(rule -> rule.getVerbs().remove("patch"));
            return rights;
          });
      await().atMost(SOON).until(() -> !mayPatch(pgdb));

      tenant.delete(database);

      await()
          .atMost(SOON)
          .untilAsserted(
              () ->
                  assertThat(operator.metrics())
                      .containsPattern(failures("reconciliations_failure_total"))
                      .containsPattern(failures("reconciliations_retries_total")));
      role.edit(
          rights -> {
            rights.setRules(rules);
            return rights;
          });
      tenant.awaitGone(database);
    }
    await().atMost(SOON).until(() -> tenant.story(database).contains("Dropped"));
    assertThat(tenant.story(database)).containsOnlyOnce("Dropped");
  }

  private static boolean mayPatch(KubernetesClient who) {
    var question =
        new SelfSubjectAccessReviewBuilder()
            .withNewSpec()
            .withNewResourceAttributes()
            .withGroup("pgdb.dev")
            .withResource("postgresdatabases")
            .withVerb("patch")
            .endResourceAttributes()
            .endSpec()
            .build();
    return who.authorization()
        .v1()
        .selfSubjectAccessReview()
        .create(question)
        .getStatus()
        .getAllowed();
  }

  /** More than one, so that what had ended by then was met again. */
  private static String failures(String metric) {
    return metric
        + "\\{[^}]*controller_name=\"postgresdatabasereconciler\"[^}]*} (?:[2-9]|[1-9][0-9])";
  }

  private static void release(Tenant tenant, TestPostgres postgres, String database)
      throws Exception {
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: %s}
        spec: {serverRef: {name: main}, deletion: {policy: Retain}}
        """
            .formatted(database));
    tenant.awaitReady(database);
    tenant.delete(database);
    tenant.awaitGone(database);
    postgres.execute("postgres", "DROP DATABASE \"" + database + "\"");
  }

  private static void block(Tenant tenant, TestPostgres postgres, String database)
      throws Exception {
    tenant.apply(
        """
        apiVersion: pgdb.dev/v1
        kind: PostgresDatabase
        metadata: {name: %s}
        spec:
          serverRef: {name: main}
          deletion: {preparedTransactions: Wait}
        """
            .formatted(database));
    tenant.awaitReady(database);
    for (String gid : GIDS) { // two in the way of one deletion
      postgres.execute(database, "BEGIN; SELECT txid_current(); PREPARE TRANSACTION '" + gid + "'");
    }
    tenant.delete(database);
    tenant.awaitReason(database, "Blocked");
  }

  private static Set<String> namesIn(String text) {
    return METRIC
        .matcher(text)
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** A timer goes by a name of which Prometheus makes several. */
  private static Set<String> documented() throws IOException {
    var names = namesIn(Files.readString(Path.of("docs/metrics.md")));
    if (names.remove("jvm_gc_pause_seconds")) {
      names.add("jvm_gc_pause_seconds_count");
    }
    return names;
  }
}
