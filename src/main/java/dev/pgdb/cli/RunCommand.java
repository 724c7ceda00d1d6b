package dev.pgdb.cli;

import dev.pgdb.operator.OperatorConfiguration;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code pgdb run}: the operator, until it is told to stop. */
@Command(
    name = "run",
    description =
        "Runs the operator. It takes its cluster from KUBECONFIG, ~/.kube/config or the"
            + " ServiceAccount of its pod.",
    mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {
  private final OperatorStart operator;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--namespaces",
      split = ",",
      paramLabel = "a,b",
      converter = OptionValues.Namespace.class,
      description = "Namespaces to look after. Default: all. [PGDB_NAMESPACES]")
  private Set<String> namespaces = Set.of();

  @Option(
      names = "--leader-election",
      arity = "0..1",
      fallbackValue = "true",
      defaultValue = "false",
      converter = OptionValues.TrueOrFalse.class,
      description = "Wait until no other replica acts. [PGDB_LEADER_ELECTION]")
  private boolean leaderElection;

  @Option(
      names = "--http-port",
      paramLabel = "port",
      defaultValue = "8080",
      converter = OptionValues.Port.class,
      description =
          "Port of /livez, /readyz and /metrics; 0 picks a free one. Default: ${DEFAULT-VALUE}."
              + " [PGDB_HTTP_PORT]")
  private int httpPort;

  @Option(
      names = "--resync",
      paramLabel = "duration",
      defaultValue = "10m",
      converter = OptionValues.Period.class,
      description =
          "How often a resource is looked at when nothing has happened: 90s, 10m, 1h. Default:"
              + " ${DEFAULT-VALUE}. [PGDB_RESYNC]")
  private Duration resync = Duration.ZERO;

  @Option(
      names = "--concurrency",
      paramLabel = "n",
      defaultValue = "10",
      converter = OptionValues.Workers.class,
      description =
          "How many resources are worked on at once. Default: ${DEFAULT-VALUE}."
              + " [PGDB_CONCURRENCY]")
  private int concurrency;

  RunCommand(OperatorStart operator) {
    this.operator = operator;
  }

  @Override
  public Integer call() {
    try {
      operator.run(
          new OperatorConfiguration(namespaces, leaderElection, httpPort, resync, concurrency));
    } catch (IOException e) {
      throw new ParameterException(
          spec.commandLine(), "--http-port " + httpPort + " cannot be used: " + e.getMessage());
    }
    return 0;
  }

  /** What is started with the options. */
  @FunctionalInterface
  interface OperatorStart {
    /**
     * Returns when it is told to stop.
     *
     * @throws IOException when its port is taken
     */
    void run(OperatorConfiguration configuration) throws IOException;
  }
}
