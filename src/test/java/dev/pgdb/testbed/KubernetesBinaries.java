package dev.pgdb.testbed;

import io.fabric8.kubeapitest.binary.OSInfo;
import java.io.IOException;
import java.lang.Runtime.Version;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A folder with kube-apiserver and etcd, laid out as fabric8's kube-api-test does:
 * k8s/version-os-arch.
 */
record KubernetesBinaries(Path folder) {
  private static final Pattern VERSION_IN_GO_MOD =
      Pattern.compile("require k8s.io/kubernetes v(\\S+)");

  private static final Comparator<KubernetesBinaries> BEST_FIRST =
      Comparator.comparing(KubernetesBinaries::isComplete)
          .thenComparing(
              KubernetesBinaries::version, Comparator.comparing(KubernetesBinaries::parsed))
          .reversed();

  /** What lies on this machine already, the best set first. */
  static List<KubernetesBinaries> present() throws IOException {
    var wanted = buildVersion();
    var ours =
        list(Places.controlPlaneCache().resolve("k8s")).stream()
            .filter(f -> wanted.isEmpty() || version(f).equals(wanted.get()));
    return Stream.concat(list(Places.kubeApiTest().resolve("k8s")).stream(), ours)
        .filter(f -> f.getFileName().toString().endsWith(platform()))
        .map(KubernetesBinaries::new)
        .filter(b -> b.has("kube-apiserver") && b.has("etcd"))
        .sorted(BEST_FIRST)
        .toList();
  }

  /** Where {@code src/test/control-plane/build} puts what it builds. */
  static KubernetesBinaries built() throws IOException, Providers.Unavailable {
    var version =
        buildVersion()
            .orElseThrow(
                () -> new Providers.Unavailable("no go.mod in " + Places.controlPlaneModule()));
    return new KubernetesBinaries(
        Places.controlPlaneCache().resolve("k8s").resolve(version + platform()));
  }

  /** Without a controller manager no namespace is ever gone, and nothing is collected by owner. */
  boolean isComplete() {
    return has("kube-controller-manager");
  }

  boolean has(String program) {
    return Files.isExecutable(program(program));
  }

  Path program(String program) {
    return folder.resolve(program);
  }

  String version() {
    return version(folder);
  }

  private static String version(Path folder) {
    var name = folder.getFileName().toString();
    return name.endsWith(platform())
        ? name.substring(0, name.length() - platform().length())
        : name;
  }

  private static Version parsed(String version) {
    try {
      return Version.parse(version);
    } catch (IllegalArgumentException e) {
      return Version.parse("1");
    }
  }

  private static String platform() {
    var os = new OSInfo();
    return "-" + os.getOSName() + "-" + os.getOSArch();
  }

  private static Optional<String> buildVersion() throws IOException {
    var module = Places.controlPlaneModule().resolve("go.mod");
    if (!Files.exists(module)) {
      return Optional.empty();
    }
    var matcher = VERSION_IN_GO_MOD.matcher(Files.readString(module));
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private static List<Path> list(Path folder) throws IOException {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (var entries = Files.list(folder)) {
      return entries.toList();
    }
  }
}
