package dev.pgdb.testbed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.TestPostgres.StopMode;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Shows that what the other tests stand on is real. */
class TestBedIT {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String TERMINATE_STORM =
      "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'storm'";

  @Test
  void servesTheKubernetesApi() {
    var version = ControlPlane.shared().client().getKubernetesVersion();
    assertThat(version.getMajor()).isEqualTo("1");
  }

  @Test
  void deletesNamespaces() {
    var namespaces = ControlPlane.shared().client().namespaces();
    var namespace =
        new NamespaceBuilder()
            .withNewMetadata()
            .withGenerateName("test-bed-")
            .endMetadata()
            .build();
    var name = namespaces.resource(namespace).create().getMetadata().getName();

    namespaces.withName(name).delete();

    await().atMost(Duration.ofSeconds(30)).until(() -> namespaces.withName(name).get() == null);
  }

  @Test
  void kubectlWorksWithTheKubeconfig() throws Exception {
    var plane = ControlPlane.shared();
    var kubectl =
        new ProcessBuilder(plane.kubectl().toString(), "auth", "can-i", "*", "*")
            .redirectErrorStream(true);
    kubectl.environment().put("KUBECONFIG", plane.kubeconfig().toString());

    var process = kubectl.start();

    assertThat(process.inputReader().readLine()).isEqualTo("yes");
    assertThat(process.waitFor()).isZero();
  }

  @Test
  void takesTheClusterThatTheUserNames() {
    var named = ControlPlane.shared();
    System.setProperty("pgdb.test.kubeconfig", named.kubeconfig().toString());
    try (var plane = ControlPlane.start()) {
      assertThat(plane.provider()).isEqualTo("kubeconfig");
      assertThat(plane.client().getMasterUrl()).isEqualTo(named.client().getMasterUrl());
    } finally {
      System.clearProperty("pgdb.test.kubeconfig");
    }
  }

  @Test
  void takesTheServerThatTheUserNamesForItsReleaseOnly() {
    var named = TestPostgres.shared("18");
    System.setProperty("pgdb.test.postgres.url", named.jdbcUrl("postgres"));
    System.setProperty("pgdb.test.postgres.password", named.password());
    try (var same = PostgresProviders.forSharing("18").choose().value();
        var other = PostgresProviders.forSharing("17").choose().value()) {
      assertThat(same.port()).isEqualTo(named.port());
      assertThat(other.port()).isNotEqualTo(named.port());
    } finally {
      System.clearProperty("pgdb.test.postgres.url");
      System.clearProperty("pgdb.test.postgres.password");
    }
  }

  @ParameterizedTest
  @FieldSource("dev.pgdb.testbed.TestPostgres#RELEASES")
  void everyReleaseOfPostgresWantsThePassword(String release) throws Exception {
    var postgres = TestPostgres.shared(release);
    try (var connection = postgres.connect("postgres")) {
      assertThat(connection.getMetaData().getDatabaseProductVersion()).startsWith(release + ".");
    }
    assertThatExceptionOfType(SQLException.class)
        .isThrownBy(() -> postgres.connect("postgres", postgres.superuser(), "wrong"))
        .returns("28P01", SQLException::getSQLState);
  }

  @ParameterizedTest
  @ValueSource(strings = {"9.6", "13", "18"})
  void postgresKeepsItsDataWhenItIsKilledAndStartedAgain(String release) throws Exception {
    try (var postgres = TestPostgres.start(release)) {
      for (var mode : StopMode.values()) {
        postgres.execute("postgres", "CREATE TABLE %s AS SELECT 1 AS one".formatted(mode));
        try (var left = postgres.connect("postgres")) {
          postgres.stop(mode);
          assertThatExceptionOfType(SQLException.class)
              .isThrownBy(() -> postgres.connect("postgres"));
          assertThat(left.isValid(1)).isFalse();
        }
        postgres.startAgain();
        postgres.execute("postgres", "SELECT one FROM " + mode);
      }
    }
  }

  @Test
  void clientsComeBackAtOnceAndSayHowTheyWereRefused() throws Exception {
    var postgres = TestPostgres.shared("18");
    postgres.execute("postgres", "CREATE DATABASE storm");
    try (var clients =
        ReconnectingClients.against(postgres, "storm").mixed(50).prepareRoles().start()) {
      clients.awaitAllConnected(SOON);
      for (var kind : ClientKind.values()) {
        assertThat(clients.connected(kind)).isBetween(12, 13);
      }

      postgres.execute("postgres", TERMINATE_STORM);
      await().atMost(SOON).until(() -> clients.losses().getOrDefault("57P01", 0L) >= 50);
      clients.awaitAllConnected(SOON);

      postgres.execute("postgres", "ALTER DATABASE storm ALLOW_CONNECTIONS false", TERMINATE_STORM);
      await().atMost(SOON).until(() -> clients.refusedClients() == 50);
      assertThat(clients.connected()).isZero();
      await().atMost(SOON).until(() -> clients.refusals().getOrDefault("55000", 0L) > 100);

      postgres.execute("postgres", "ALTER DATABASE storm ALLOW_CONNECTIONS true");
      clients.awaitAllConnected(Duration.ofSeconds(30));
    }
    await()
        .atMost(SOON)
        .untilAsserted(() -> postgres.execute("postgres", "DROP DATABASE IF EXISTS storm"));
  }
}
