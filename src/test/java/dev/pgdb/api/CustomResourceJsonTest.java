package dev.pgdb.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The records, as the Kubernetes client reads and writes them. */
class CustomResourceJsonTest {
  private final KubernetesSerialization json = new KubernetesSerialization();

  @Test
  void fillsInWhatAnObjectWasStoredWithout() {
    var spec = database("{\"serverRef\": {\"name\": \"main\"}}").getSpec();

    assertThat(spec.existingDatabase()).isEqualTo(ExistingDatabase.Refuse);
    assertThat(spec.connectionLimit()).isEqualTo(-1);
    assertThat(spec.extensions()).isEmpty();
    assertThat(spec.schemas()).isEmpty();
    assertThat(spec.deletion()).isEqualTo(Deletion.defaults());
    assertThat(spec.deletion().policy()).isEqualTo(DeletionPolicy.Drop);
    assertThat(spec.deletion().isProtected()).isFalse();
    assertThat(spec.deletion().drainDuration()).isZero();
    assertThat(spec.deletion().foreignLocks()).isEqualTo(ForeignLocks.Wait);
  }

  @Test
  void fillsInAServer() {
    var spec = server("{\"host\": \"h\", \"admin\": {\"secretRef\": {\"name\": \"s\"}}}").getSpec();

    assertThat(spec.port()).isEqualTo(5432);
    assertThat(spec.maintenanceDatabase()).isEqualTo("postgres");
    assertThat(spec.maxConnections()).isEqualTo(4);
    assertThat(spec.allowedNamespaces()).isEqualTo(AllowedNamespaces.defaults());
    assertThat(spec.tls().effectiveMode()).isEqualTo(TlsMode.Require);
  }

  @Test
  void verifiesFullyWhenThereIsAnAuthorityToVerifyAgainst() {
    var tls = server("{\"tls\": {\"caRef\": {\"name\": \"ca\"}}}").getSpec().tls();

    assertThat(tls.effectiveMode()).isEqualTo(TlsMode.VerifyFull);
    assertThat(tls.caRef()).isEqualTo(new SecretKeyRef("ca", "ca.crt"));
  }

  @Test
  void keepsWhatWasGiven() {
    var spec =
        """
        {"serverRef":{"name":"main","namespace":"databases"},"existingDatabase":"Adopt",\
        "localeProvider":"icu","connectionLimit":7,\
        "extensions":[{"name":"pgcrypto","version":"1.3","schema":"public"}],\
        "deletion":{"policy":"Retain","protected":true,"drain":"1h30m",\
        "preparedTransactions":"Wait","subscriptions":"Wait","replicationSlots":"Wait",\
        "foreignLocks":"Terminate"}}\
        """;

    assertThat(json.asJson(database(spec).getSpec())).isEqualTo(spec);
  }

  @Test
  void ignoresFieldsOfANewerVersion() {
    var spec =
        """
        {"serverRef": {"name": "main", "new": 1}, "deletion": {"new": {"x": []}}, "new": true}
        """;

    assertThat(database(spec).getSpec().serverRef().name()).isEqualTo("main");
  }

  @Test
  void writesAStatusWithoutNoise() {
    var database = new PostgresDatabase();
    database.getMetadata().setName("orders");
    database.setStatus(
        new PostgresDatabaseStatus(
            2L,
            List.of(new ConditionBuilder().withType(ConditionType.READY.type()).build()),
            new DatabaseStatus("orders", 16412L, null, null),
            null,
            null));

    assertThat(json.asJson(database))
        .isEqualTo(
            """
            {"apiVersion":"pgdb.dev/v1","kind":"PostgresDatabase","metadata":{"name":"orders"},\
            "status":{"observedGeneration":2,"conditions":[{"type":"Ready"}],\
            "database":{"name":"orders","oid":16412}}}\
            """);
  }

  @Test
  void readsDurationsAsKubernetesDoes() {
    assertThat(drain("1h30m")).isEqualTo(Duration.ofMinutes(90));
    assertThat(drain("2s500ms")).isEqualTo(Duration.ofMillis(2500));
    assertThat(drain("90m")).isEqualTo(Duration.ofMinutes(90));
  }

  private Duration drain(String text) {
    return database("{\"deletion\": {\"drain\": \"%s\"}}".formatted(text))
        .getSpec()
        .deletion()
        .drainDuration();
  }

  private PostgresDatabase database(String spec) {
    return json.unmarshal("{\"spec\": %s}".formatted(spec), PostgresDatabase.class);
  }

  private PostgresServer server(String spec) {
    return json.unmarshal("{\"spec\": %s}".formatted(spec), PostgresServer.class);
  }
}
