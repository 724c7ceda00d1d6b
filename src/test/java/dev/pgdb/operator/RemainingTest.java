package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RemainingTest {

  /** Whoever uninstalls gets sentences, and no stack trace. */
  @Test
  void saysWhereItCannotLookWhileTheApiServerIsAway() {
    var nowhere =
        new ConfigBuilder()
            .withMasterUrl("http://127.0.0.1:1")
            .withRequestRetryBackoffLimit(0)
            .build();
    try (var client = new KubernetesClientBuilder().withConfig(nowhere).build()) {
      assertThat(Remaining.in(Set.of("shop", "bank"), client).unseen())
          .hasSize(2)
          .allMatch(sentence -> sentence.lines().count() == 1)
          .first()
          .asString()
          .startsWith("pgdb cannot look into namespace bank: the API server does not answer: ");
      assertThat(Remaining.in(Set.of(), client).unseen())
          .singleElement()
          .asString()
          .startsWith("pgdb cannot look into all namespaces: ");
    }
  }
}
