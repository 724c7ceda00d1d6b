package dev.pgdb.testbed;

import dev.pgdb.testbed.Reaper.Ending;
import io.fabric8.kubeapitest.cert.CertManager;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.bouncycastle.asn1.x509.GeneralName;

/**
 * etcd, API server and controller manager as child processes, on free loopback ports, with a
 * directory of their own.
 */
final class LocalCluster implements Cluster {
  private static final Duration START = Duration.ofSeconds(60);

  private final KubernetesBinaries binaries;
  private final Path folder;
  private final int[] ports;
  private final String adminToken = UUID.randomUUID().toString();
  private final String managerToken = UUID.randomUUID().toString();
  private final List<ChildProcess> running = new ArrayList<>();

  private LocalCluster(KubernetesBinaries binaries) throws IOException {
    this.binaries = binaries;
    folder = Reaper.deleteAtEnd(Files.createTempDirectory("pgdb-kubernetes-"));
    ports = FreePorts.take(4);
  }

  static LocalCluster start(KubernetesBinaries binaries) throws IOException, InterruptedException {
    var cluster = new LocalCluster(binaries);
    try {
      cluster.startAll();
      return cluster;
    } catch (IOException | InterruptedException | RuntimeException e) {
      cluster.close();
      throw e;
    }
  }

  @Override
  public Path kubeconfig() {
    return folder.resolve("kubeconfig");
  }

  @Override
  public Optional<Path> kubectl() {
    return binaries.has("kubectl") ? Optional.of(binaries.program("kubectl")) : Optional.empty();
  }

  private void startAll() throws IOException, InterruptedException {
    // One self-signed pair serves TLS and signs the tokens of service accounts.
    CertManager.generateKeyAndCertificate(
        "CN=pgdb-test",
        file("server.key").toFile(),
        file("server.crt").toFile(),
        new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
    Files.writeString(
        file("tokens"),
        """
        %s,admin,admin,"system:masters"
        %s,system:kube-controller-manager,manager
        """
            .formatted(adminToken, managerToken));
    writeKubeconfig(kubeconfig(), adminToken);
    writeKubeconfig(file("manager.kubeconfig"), managerToken);

    run("etcd", etcd());
    var server = run("kube-apiserver", apiServer());
    var readiness = new ClusterReadiness(kubeconfig(), START);
    readiness.awaitServing(server);
    if (binaries.isComplete()) {
      readiness.awaitControllers(run("kube-controller-manager", controllerManager()));
    }
  }

  private List<String> etcd() {
    var clients = "http://127.0.0.1:" + ports[0];
    var peers = "http://127.0.0.1:" + ports[1];
    return List.of(
        "--data-dir=" + file("etcd"),
        "--listen-client-urls=" + clients,
        "--advertise-client-urls=" + clients,
        "--listen-peer-urls=" + peers,
        "--initial-advertise-peer-urls=" + peers,
        "--initial-cluster=default=" + peers,
        "--log-level=warn",
        "--unsafe-no-fsync"); // nothing here needs to outlive a power cut
  }

  private List<String> apiServer() {
    return List.of(
        "--etcd-servers=http://127.0.0.1:" + ports[0],
        "--bind-address=127.0.0.1",
        "--advertise-address=127.0.0.1",
        "--endpoint-reconciler-type=none", // there are no pods to find it
        "--secure-port=" + ports[2],
        "--tls-cert-file=" + file("server.crt"),
        "--tls-private-key-file=" + file("server.key"),
        "--token-auth-file=" + file("tokens"),
        "--authorization-mode=RBAC",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        "--service-account-key-file=" + file("server.key"),
        "--service-account-signing-key-file=" + file("server.key"),
        "--service-cluster-ip-range=10.96.0.0/16",
        "--allow-privileged=true",
        "--profiling=false");
  }

  private List<String> controllerManager() {
    return List.of(
        "--kubeconfig=" + file("manager.kubeconfig"),
        "--service-account-private-key-file=" + file("server.key"),
        "--root-ca-file=" + file("server.crt"),
        "--use-service-account-credentials=true",
        "--leader-elect=false",
        "--bind-address=127.0.0.1",
        "--secure-port=" + ports[3],
        "--kube-api-qps=200", // many namespaces come and go
        "--kube-api-burst=400",
        "--profiling=false");
  }

  private ChildProcess run(String program, List<String> arguments) throws IOException {
    var command = new ArrayList<String>();
    command.add(binaries.program(program).toString());
    command.addAll(arguments);
    var process = ChildProcess.start(command, file(program + ".log"), Ending.KILL);
    running.addFirst(
        process); // close() ends them in this order: the API server hangs when etcd goes before it
    return process;
  }

  private void writeKubeconfig(Path target, String token) throws IOException {
    Files.writeString(
        target,
        """
        apiVersion: v1
        kind: Config
        clusters: [{name: test, cluster: {server: "https://127.0.0.1:%d", certificate-authority: "%s"}}]
        users: [{name: test, user: {token: "%s"}}]
        contexts: [{name: test, context: {cluster: test, user: test}}]
        current-context: test
        """
            .formatted(ports[2], file("server.crt"), token));
  }

  private Path file(String name) {
    return folder.resolve(name);
  }

  @Override
  public void close() {
    running.forEach(ChildProcess::kill);
    try {
      Folders.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String toString() {
    return "%s: Kubernetes %s%s"
        .formatted(
            binaries.folder(),
            binaries.version(),
            binaries.isComplete()
                ? ""
                : " without a controller manager: a namespace that is deleted stays Terminating");
  }
}
