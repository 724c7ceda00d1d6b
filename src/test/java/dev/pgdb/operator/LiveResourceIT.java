package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.testbed.ControlPlane;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * A finalizer is taken from the resource that was meant, whatever has its name by now. ConfigMaps
 * stand for the resources of pgdb here: no operator of another test looks at them.
 */
class LiveResourceIT {
  private static final String FINALIZER = "example.com/live-resource";
  private static final AtomicInteger COUNT = new AtomicInteger();

  private final KubernetesClient client = ControlPlane.shared().client();
  private final String name = "live-resource-" + COUNT.incrementAndGet();

  @AfterEach
  void letGo() {
    setFinalizers();
    resource().delete();
  }

  private void setFinalizers(String... finalizers) {
    resource()
        .edit(
            map ->
                new ConfigMapBuilder(map).editMetadata().withFinalizers(finalizers).and().build());
  }

  @Test
  void takesTheFinalizerFromAResourceThatHasChangedSinceItWasRead() {
    ConfigMap read = create();
    resource().edit(map -> new ConfigMapBuilder(map).withData(Map.of("changed", "since")).build());
    setFinalizers("example.com/first", FINALIZER);

    LiveResource.release(client, read, FINALIZER);

    assertThat(resource().get().getMetadata().getFinalizers()).containsExactly("example.com/first");
  }

  @Test
  void leavesTheFinalizerOfAResourceThatWasCreatedUnderTheSameNameSince() {
    ConfigMap read = create();
    LiveResource.release(client, read, FINALIZER);
    resource().delete();
    ConfigMap another = create();

    LiveResource.release(client, read, FINALIZER);

    ConfigMap now = resource().get();
    assertThat(now.getMetadata().getUid()).isEqualTo(another.getMetadata().getUid());
    assertThat(now.getMetadata().getFinalizers()).containsExactly(FINALIZER);
  }

  @Test
  void putsTheFinalizerOnAResourceThatHasChangedSinceItWasRead() {
    ConfigMap read = create();
    setFinalizers("example.com/first");

    LiveResource.hold(client, withoutFinalizers(read), FINALIZER);

    assertThat(resource().get().getFinalizers()).containsExactly("example.com/first", FINALIZER);
  }

  @Test
  void putsTheFirstFinalizerOnAResource() {
    create();
    letGoOf(resource().get());

    assertThat(LiveResource.hold(client, resource().get(), FINALIZER))
        .hasValueSatisfying(held -> assertThat(held.getFinalizers()).containsExactly(FINALIZER));
  }

  @Test
  void putsNoFinalizerOnAResourceThatIsBeingDeleted() {
    create();
    setFinalizers("example.com/first");
    ConfigMap read = resource().get();
    resource().delete();

    assertThat(LiveResource.hold(client, read, FINALIZER))
        .hasValueSatisfying(
            live -> {
              assertThat(live.isMarkedForDeletion()).isTrue();
              assertThat(live.getFinalizers()).containsExactly("example.com/first");
            });
  }

  private void letGoOf(ConfigMap held) {
    LiveResource.release(client, held, FINALIZER);
  }

  private static ConfigMap withoutFinalizers(ConfigMap map) {
    return new ConfigMapBuilder(map).editMetadata().withFinalizers().and().build();
  }

  private ConfigMap create() {
    var map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(name)
            .withNamespace("default")
            .withFinalizers(FINALIZER)
            .endMetadata()
            .build();
    return client.resource(map).create();
  }

  private Resource<ConfigMap> resource() {
    return client.configMaps().inNamespace("default").withName(name);
  }
}
