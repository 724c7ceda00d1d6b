package dev.pgdb.install;

import com.marcnuri.helm.Helm;
import dev.pgdb.testbed.ControlPlane;
import java.nio.file.Path;

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
}
