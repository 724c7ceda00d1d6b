package dev.pgdb.install;

import com.marcnuri.helm.Helm;
import dev.pgdb.testbed.ControlPlane;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A release of the chart on a cluster. */
record ChartRelease(ControlPlane cluster, String namespace) {
  private static final String NAME = "pgdb";

  void upgrade(Path chart, String values) {
    Chart.withFile(
        values,
        file ->
            new Helm(chart)
                .upgrade()
                .install()
                .withName(NAME)
                .withNamespace(namespace)
                .createNamespace()
                .resetValues() // else no values would mean those of before
                .withKubeConfig(cluster.kubeconfig())
                .withValuesFile(file)
                .call());
  }

  void upgrade(String values) {
    upgrade(Chart.FOLDER, values);
  }

  /**
   * Upgrades to what the API server refuses, so that Helm rolls back, by itself and by the same
   * means as {@code helm rollback}, which cannot be called from Java.
   *
   * @throws IllegalStateException which says so
   */
  void upgradeInVain(String values) {
    Chart.withFile(
        values,
        file ->
            new Helm(Chart.FOLDER)
                .upgrade()
                .withName(NAME)
                .withNamespace(namespace)
                .resetValues()
                .atomic()
                .withKubeConfig(cluster.kubeconfig())
                .withValuesFile(file)
                .call());
  }

  /** What each revision was, the oldest first. */
  List<String> history() {
    return Helm.history(NAME)
        .withNamespace(namespace)
        .withKubeConfig(cluster.kubeconfig())
        .call()
        .stream()
        .map(revision -> revision.getAppVersion() + " " + revision.getDescription())
        .toList();
  }

  String uninstall() {
    return Helm.uninstall(NAME)
        .withNamespace(namespace)
        .withKubeConfig(cluster.kubeconfig())
        .call();
  }

  String uninstallWithoutHooks() {
    return Helm.uninstall(NAME)
        .withNamespace(namespace)
        .withKubeConfig(cluster.kubeconfig())
        .noHooks()
        .call();
  }

  String serviceAccount() {
    return NAME;
  }

  /** By which its objects are found. */
  Map<String, String> labels() {
    return Map.of("app.kubernetes.io/instance", NAME);
  }
}
