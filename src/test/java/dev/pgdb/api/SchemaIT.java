package dev.pgdb.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.ControlPlane;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the API server accepts, fills in and refuses, with the committed CRDs and policies. */
class SchemaIT {
  private static final String NAMESPACE = "schema-cases";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final PatchContext MERGE = PatchContext.of(PatchType.JSON_MERGE);
  private static final String UNPROTECT = "{\"spec\":{\"deletion\":{\"protected\":false}}}";

  /** Stands beside errors of the schema when CEL rules have not been evaluated because of them. */
  private static final String NOT_CHECKED = "some validation rules were not checked";

  private static final KubernetesClient CLIENT = ControlPlane.shared().client();

  @BeforeAll
  static void install() throws IOException {
    CLIENT
        .resource(
            new NamespaceBuilder().withNewMetadata().withName(NAMESPACE).endMetadata().build())
        .serverSideApply();
    for (var folder : List.of("crds", "deploy/admission-policy.yaml")) {
      manifests(folder).forEach(manifest -> CLIENT.resource(manifest).serverSideApply());
    }
    await("CRDs are served").atMost(PATIENCE).until(() -> refusals(SchemaIT::listAll).isEmpty());
    await("policies are in force")
        .atMost(PATIENCE)
        .until(() -> !refusals(() -> crd("postgresservers").dryRun().delete()).isEmpty());
    awaitProtectionOfDatabases();
  }

  @AfterAll
  static void remove() {
    CLIENT.namespaces().withName(NAMESPACE).delete();
  }

  @ParameterizedTest
  @MethodSource("dev.pgdb.api.SchemaCase#all")
  void answers(SchemaCase schemaCase) {
    var resource = CLIENT.resource(schemaCase.resource()).inNamespace(NAMESPACE);
    try {
      assertThat(refusals(() -> play(schemaCase.header(), resource)))
          .containsExactlyInAnyOrderElementsOf(schemaCase.refusals());
      if (schemaCase.header().stored() != null) {
        Map<String, Object> spec = resource.get().get("spec");
        assertThat(spec).isEqualTo(schemaCase.header().stored());
      }
    } finally {
      remove(resource);
    }
  }

  @Test
  void acceptsTheSamples() throws IOException {
    assertThat(manifests("deploy/samples"))
        .extracting(HasMetadata::getKind)
        .contains("PostgresServer", "PostgresDatabase");
    for (var sample : manifests("deploy/samples")) {
      CLIENT.resource(sample).inNamespace(NAMESPACE).dryRun().serverSideApply();
    }
  }

  @Test
  void acceptsTheFirstManifestOfTheReadme() throws IOException {
    String fence = "```";
    String readme = Files.readString(Path.of("README.md"));
    String manifest = readme.split(fence + "yaml\n", 2)[1].split(fence, 2)[0];
    var resources = CLIENT.load(new ByteArrayInputStream(manifest.getBytes(UTF_8))).items();
    assertThat(resources)
        .extracting(HasMetadata::getKind)
        .containsExactly("Secret", "PostgresServer", "PostgresDatabase");
    for (var resource : resources) {
      CLIENT.resource(resource).inNamespace(NAMESPACE).dryRun().serverSideApply();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"PostgresServer", "PostgresDatabase"})
  void refusesToDeleteOurCrds(String kind) {
    var plural = kind.toLowerCase(Locale.ROOT) + "s";
    assertThat(refusals(() -> crd(plural).dryRun().delete()))
        .containsExactly(
            "ValidatingAdmissionPolicy 'protected-crds.pgdb.dev' with binding"
                + " 'protected-crds.pgdb.dev' denied request: deleting this CRD would delete every "
                + "%s; to allow it: kubectl annotate crd %s.pgdb.dev pgdb.dev/allow-deletion=true"
                    .formatted(kind, plural));
    annotate(plural, "\"true\"");
    try {
      assertThat(refusals(() -> crd(plural).dryRun().delete())).isEmpty();
    } finally {
      annotate(plural, "null");
    }
  }

  private static void play(SchemaCase.Header header, Resource<GenericKubernetesResource> resource) {
    resource.create();
    if (header.update() != null) {
      resource.patch(MERGE, Serialization.asJson(header.update()));
    }
    if (header.delete()) {
      resource.dryRun().delete();
    }
  }

  /** The sentences of the answer when the API server refuses; none when it accepts. */
  private static List<String> refusals(Runnable request) {
    try {
      request.run();
      return List.of();
    } catch (KubernetesClientException e) {
      var status = e.getStatus();
      if (status == null || status.getDetails() == null) {
        return List.of(String.valueOf(e.getMessage()));
      }
      if (status.getDetails().getCauses().isEmpty()) {
        return List.of(status.getMessage()); // refused, but not for what the schema says
      }
      return status.getDetails().getCauses().stream()
          .map(c -> c.getField() == null ? c.getMessage() : c.getField() + ": " + c.getMessage())
          .filter(sentence -> !sentence.contains(NOT_CHECKED))
          .toList();
    }
  }

  private static void listAll() {
    CLIENT.resources(PostgresServer.class).inNamespace(NAMESPACE).list();
    CLIENT.resources(PostgresDatabase.class).inNamespace(NAMESPACE).list();
  }

  private static void awaitProtectionOfDatabases() {
    var probe = CLIENT.resource(probe()).inNamespace(NAMESPACE);
    probe.create();
    await("protection is in force")
        .atMost(PATIENCE)
        .until(() -> !refusals(() -> probe.dryRun().delete()).isEmpty());
    remove(probe);
  }

  private static GenericKubernetesResource probe() {
    var json =
        """
        {"apiVersion": "pgdb.dev/v1", "kind": "PostgresDatabase", "metadata": {"name": "probe"},
         "spec": {"serverRef": {"name": "main"}, "deletion": {"protected": true}}}
        """;
    return Serialization.unmarshal(json, GenericKubernetesResource.class);
  }

  private static void remove(Resource<GenericKubernetesResource> resource) {
    var stored = resource.get();
    if (stored == null) {
      return;
    }
    if (stored.getKind().equals("PostgresDatabase")) {
      resource.patch(MERGE, UNPROTECT);
    }
    resource.delete();
  }

  private static Resource<?> crd(String plural) {
    return CLIENT.apiextensions().v1().customResourceDefinitions().withName(plural + ".pgdb.dev");
  }

  private static void annotate(String plural, String value) {
    crd(plural)
        .patch(
            MERGE,
            "{\"metadata\":{\"annotations\":{\"pgdb.dev/allow-deletion\":%s}}}".formatted(value));
  }

  /** Every manifest in a file, or in the files of a folder. */
  private static List<HasMetadata> manifests(String place) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of(place)).filter(Files::isRegularFile)) {
      return files.sorted().flatMap(SchemaIT::load).toList();
    }
  }

  private static Stream<HasMetadata> load(Path file) {
    try (var content = Files.newInputStream(file)) {
      return CLIENT.load(content).items().stream();
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + file, e);
    }
  }
}
