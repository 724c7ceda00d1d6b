package dev.pgdb.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.Crds;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The API server keeps all that the operator says in a status. */
class StatusSchemaIT {
  private static final String NAMESPACE = "default";
  private static final PatchContext APPLY =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("pgdb")
          .withForce(true)
          .build();

  private static final PostgresDatabaseStatus COMPLETE =
      new PostgresDatabaseStatus(
          1L,
          List.of(
              new ConditionBuilder()
                  .withType(ConditionType.READY.type())
                  .withStatus("False")
                  .withReason(Reason.BLOCKED.text())
                  .withMessage("prepared transaction t1 is in the way")
                  .withLastTransitionTime("2026-11-22T15:00:00Z")
                  .withObservedGeneration(1L)
                  .build()),
          new DatabaseStatus("probe", 4294967295L, "7401234567890123456", "probe"),
          new Binding("probe-db"),
          new DeletionStatus(
              "2026-11-22T15:00:00Z",
              3,
              412L,
              List.of(new SessionStatus(1, "app", "psql", "::1", "client backend", "idle", "now")),
              1,
              List.of(new BlockerStatus("PreparedTransaction", "t1", "now", "message", "remedy")),
              new OriginalState("probe", "{=Tc/probe}", true, -1, false)));

  private static final KubernetesClient CLIENT = ControlPlane.shared().client();

  /**
   * Written as the operator writes it: a fresh object with nothing but the status. An operator of
   * other tests may look at it too, and add conditions of its own.
   */
  @Test
  void keepsAStatusThatIsAppliedByItself() {
    Crds.install(CLIENT);
    var stored = CLIENT.resource(probe()).inNamespace(NAMESPACE);
    stored.create();
    try {
      var fresh = new PostgresDatabase();
      fresh.getMetadata().setName("probe-of-status");
      fresh.getMetadata().setNamespace(NAMESPACE);
      fresh.setStatus(COMPLETE);
      var database = CLIENT.resource(fresh).subresource("status").patch(APPLY);

      assertThat(database.getStatus())
          .usingRecursiveComparison()
          .ignoringFields("conditions")
          .isEqualTo(COMPLETE);
      assertThat(database.getStatus().conditions()).containsAll(COMPLETE.conditions());
      assertThat(database.getSpec().serverRef().name()).isEqualTo("main");
    } finally {
      stored.delete();
    }
  }

  private static PostgresDatabase probe() {
    var json =
        """
        {"apiVersion": "pgdb.dev/v1", "kind": "PostgresDatabase", "metadata": {"name": "probe-of-status"},
         "spec": {"serverRef": {"name": "main"}}}
        """;
    return Serialization.unmarshal(json, PostgresDatabase.class);
  }
}
