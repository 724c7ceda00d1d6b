package dev.pgdb.operator;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.PostgresServer;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.util.List;

/**
 * A client that knows the kinds that pgdb watches, and no others: a kind that it does not know is
 * parsed twice, and to look for all that there are takes time and memory at the start.
 */
final class LeanClient {
  /** So many are listed at once, or all of them would be in memory as they come at the start. */
  static final long AT_ONCE = 100;

  private static final List<Class<? extends KubernetesResource>> WATCHED =
      List.of(
          PostgresDatabase.class,
          PostgresServer.class,
          Secret.class,
          Namespace.class,
          Status.class); // how a watch ends

  private LeanClient() {}

  static KubernetesClient create() {
    var mapper = new ObjectMapper();
    mapper.addMixIn(ObjectMeta.class, WithoutManagedFields.class);
    var serialization = new KubernetesSerialization(mapper, false);
    WATCHED.forEach(serialization::registerKubernetesResource);
    return new KubernetesClientBuilder().withKubernetesSerialization(serialization).build();
  }

  /** Who wrote which field takes more memory than all the rest, and is of no interest here. */
  @JsonIgnoreProperties("managedFields")
  private interface WithoutManagedFields {}
}
