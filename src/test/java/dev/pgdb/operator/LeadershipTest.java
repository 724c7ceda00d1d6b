package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LeadershipTest {

  /** Without leader election it may not even see a lease, and would tell of that when it ends. */
  @Test
  void asksForNoLeaseWhenItEndsWithoutHavingLed() {
    List<String> requests = new ArrayList<>();
    var nowhere =
        new ConfigBuilder()
            .withMasterUrl("http://127.0.0.1:1")
            .withNamespace("pgdb-system")
            .withRequestRetryBackoffLimit(0)
            .build();
    try (var client =
        new KubernetesClientBuilder()
            .withConfig(nowhere)
            .withHttpClientBuilderConsumer(
                http -> http.addOrReplaceInterceptor("requests", noting(requests)))
            .build()) {
      var leadership = new Leadership();
      leadership.resign();

      leadership.release(client);
    }

    assertThat(requests).isEmpty();
  }

  private static Interceptor noting(List<String> requests) {
    return new Interceptor() {
      @Override
      public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
        requests.add(request.method() + " " + request.uri());
      }
    };
  }
}
