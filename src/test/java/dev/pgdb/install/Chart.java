package dev.pgdb.install;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import dev.pgdb.testbed.Reaper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The chart of pgdb, rendered by Helm itself. */
public final class Chart {
  static final Path FOLDER = Path.of("helm/pgdb");

  /** Where the manifests in {@code deploy} put the operator. */
  static final String NAMESPACE = "pgdb-system";

  static final ObjectMapper YAML = new YAMLMapper();
  private static final Pattern NEXT_DOCUMENT = Pattern.compile("(?m)^---\\n");

  /** What Helm, in a JVM, takes its own API server to be is too old for any chart. */
  private static final String KUBERNETES = "1.36.3";

  private static final String HOOK = "helm.sh/hook\"";
  private static final String SHOWN_HOOK = "helm.sh/shown-hook\"";
  private static final Path WITH_HOOKS = withHooks();

  private Chart() {}

  /**
   * What Helm makes of the chart.
   *
   * @param values YAML, as in a file for {@code helm --values}
   * @throws IllegalStateException when Helm refuses; the message says why
   */
  public static List<JsonNode> render(String namespace, String values) {
    return render(WITH_HOOKS, "pgdb", namespace, values);
  }

  /** The same of a release of another name. */
  static List<JsonNode> render(String release, String namespace, String values) {
    return render(WITH_HOOKS, release, namespace, values);
  }

  /** The same of another chart. */
  static List<JsonNode> render(Path chart, String release, String namespace, String values) {
    String manifests =
        withFile(
            values,
            file ->
                new Helm(chart)
                    .template()
                    .withName(release)
                    .withNamespace(namespace)
                    .withKubeVersion(KUBERNETES)
                    .withValuesFile(file)
                    .call());
    // Nothing rendered is null there.
    return parse(
        Objects.requireNonNullElse(manifests, "").replace("helm.sh/shown-hook", "helm.sh/hook"));
  }

  /** What Helm prints when it has installed the chart. */
  static String notes(String release, String namespace, String values) {
    return withFile(
            values,
            file ->
                new Helm(FOLDER)
                    .install()
                    .withName(release)
                    .withNamespace(namespace)
                    .clientOnly()
                    .dryRun()
                    .withKubeVersion(KUBERNETES)
                    .withValuesFile(file)
                    .call())
        .getOutput();
  }

  /** A copy of the chart whose hooks Helm takes for manifests: else it renders none. */
  private static Path withHooks() {
    try {
      Path copy = Reaper.deleteAtEnd(Files.createTempDirectory("pgdb-chart-"));
      copyTo(copy);
      try (Stream<Path> files = Files.walk(copy)) {
        for (Path file : files.filter(Files::isRegularFile).toList()) {
          Files.writeString(file, Files.readString(file).replace(HOOK, SHOWN_HOOK));
        }
      }
      return copy;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Copies the chart. */
  static void copyTo(Path target) throws IOException {
    try (Stream<Path> files = Files.walk(FOLDER)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = target.resolve(FOLDER.relativize(file).toString());
        Files.createDirectories(Objects.requireNonNull(copy.getParent()));
        Files.copy(file, copy);
      }
    }
  }

  /** As strict as Kubernetes: a key is there once, and {@code on} without quotes is no text. */
  static List<JsonNode> parse(String manifests) {
    var options = new LoaderOptions();
    options.setAllowDuplicateKeys(false);
    return NEXT_DOCUMENT
        .splitAsStream(manifests)
        .<Object>map(document -> new Yaml(new SafeConstructor(options)).load(document))
        .filter(Map.class::isInstance)
        .<JsonNode>map(YAML::valueToTree)
        .toList();
  }

  static JsonNode read(String yaml) {
    try {
      return YAML.readTree(yaml);
    } catch (IOException e) {
      throw new UncheckedIOException(yaml, e);
    }
  }

  /** Runs something with a file of values. */
  static <T> T withFile(String values, Function<Path, T> action) {
    try {
      Path file = Files.createTempFile("pgdb-values-", ".yaml");
      try {
        return action.apply(Files.writeString(file, values));
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
