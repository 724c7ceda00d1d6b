package dev.pgdb.operator;

import dev.pgdb.api.PostgresServer;
import io.fabric8.kubernetes.api.model.ListOptionsBuilder;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.Set;

/**
 * Lets a Secret go that is held in a namespace without any PostgresServer: the last one may have
 * gone while pgdb did not run. Where there is one, its own reconciliation does that.
 */
final class HeldSecretReconciler implements Reconciler<Secret> {
  private final SecretsInUse secretsInUse;

  HeldSecretReconciler(SecretsInUse secretsInUse) {
    this.secretsInUse = secretsInUse;
  }

  @Override
  public UpdateControl<Secret> reconcile(Secret secret, Context<Secret> context) {
    if (context.isPrimaryResourceDeleted()) {
      return UpdateControl.noUpdate();
    }
    String namespace = secret.getMetadata().getNamespace();
    if (!hasServers(context.getClient(), namespace)) {
      secretsInUse.release(
          Set.of(ResourceID.fromResource(secret)),
          again -> hasServers(context.getClient(), namespace));
    }
    return UpdateControl.noUpdate();
  }

  private static boolean hasServers(KubernetesClient client, String namespace) {
    return !client
        .resources(PostgresServer.class)
        .inNamespace(namespace)
        .list(new ListOptionsBuilder().withLimit(1L).build())
        .getItems()
        .isEmpty();
  }
}
