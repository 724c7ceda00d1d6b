package dev.pgdb.install;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What Helm prints once it has installed the chart: what to do next, in commands that work. */
class ChartNotesTest {

  @Test
  void sayWhatToDoNext() {
    String notes = Chart.notes("prod", "databases", "{image: {repository: registry.example/pgdb}}");

    assertThat(notes)
        .contains("looks after all namespaces")
        .contains("kubectl -n databases rollout status deployment/prod-pgdb")
        .contains("kind: PostgresServer")
        .contains("kind: PostgresDatabase")
        .contains("kubectl get postgresservers,postgresdatabases")
        .contains("kubectl -n databases logs job/prod-pgdb-databases-still-exist")
        .doesNotContain("image.repository");
  }

  /** Their resources must be in one of them, and who may not say so should not have to find out. */
  @Test
  void nameTheNamespacesThatAreLookedAfter() {
    String notes = Chart.notes("pgdb", "databases", "{namespaces: [shop, billing]}");

    assertThat(notes)
        .contains("looks after the namespaces shop, billing")
        .contains("kubectl apply -n shop -f -")
        .contains("kubectl get -n shop postgresservers,postgresdatabases")
        .contains("kubectl describe -n shop postgresdatabase orders");
  }

  @Test
  void tellThatTheImageIsNowhereYet() {
    assertThat(Chart.notes("pgdb", "databases", "{}"))
        .contains("No image of pgdb is published")
        .contains("--set image.repository=REGISTRY/pgdb")
        .contains("helm upgrade pgdb");
  }

  @Test
  void followTheNamesThatUsersChoose() {
    assertThat(Chart.notes("pgdb", "databases", "{fullnameOverride: dba}"))
        .contains("deployment/dba")
        .contains("job/dba-databases-still-exist");
    assertThat(Chart.notes("pgdb", "databases", "{uninstallCheck: {enabled: false}}"))
        .doesNotContain("still-exist")
        .contains("helm uninstall does not look whether PostgresDatabases exist");
  }

  @Test
  void warnOfPortsThatTheNetworkPolicyShuts() {
    assertThat(Chart.notes("pgdb", "databases", "{networkPolicy: {postgresPorts: [5432, 6432]}}"))
        .contains("Ports 5432, 6432 of PostgreSQL servers can be reached")
        .contains("networkPolicy.postgresPorts")
        .contains("behind a Service, its targetPort");
    assertThat(Chart.notes("pgdb", "databases", "{networkPolicy: {enabled: false}}"))
        .doesNotContain("networkPolicy");
  }

  /** The resources in them are complete: whoever pastes them gets no error. */
  @Test
  void holdResourcesThatCanBeRead() {
    String notes = Chart.notes("pgdb", "databases", "{}");
    String pasted = notes.split("<<'EOF'\n", 2)[1].split("\nEOF\n", 2)[0];

    assertThat(Chart.parse(pasted))
        .extracting(resource -> resource.at("/kind").asText())
        .containsExactly("Secret", "PostgresServer", "PostgresDatabase");
  }
}
