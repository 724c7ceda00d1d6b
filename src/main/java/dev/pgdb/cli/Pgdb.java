package dev.pgdb.cli;

import dev.pgdb.operator.OperatorProcess;
import dev.pgdb.operator.Remaining;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;

/** The command {@code pgdb}. */
@Command(
    name = "pgdb",
    description = "PostgreSQL databases as Kubernetes resources, whose deletion always ends.",
    subcommands = HelpCommand.class,
    mixinStandardHelpOptions = true)
public final class Pgdb {
  private Pgdb() {}

  public static void main(String[] args) {
    System.exit(commandLine(System.getenv(), OperatorProcess::run).execute(args));
  }

  /**
   * @param environment where options are looked up that are not given
   * @param operator what {@code run} runs
   */
  static CommandLine commandLine(
      Map<String, String> environment, RunCommand.OperatorStart operator) {
    return new CommandLine(new Pgdb())
        .addSubcommand(new RunCommand(operator))
        .addSubcommand(new CheckUninstallCommand(Remaining::in))
        .setDefaultValueProvider(new EnvironmentDefaults(environment))
        .setParameterExceptionHandler(
            (wrong, args) -> {
              var out = wrong.getCommandLine().getErr();
              out.println("pgdb: " + wrong.getMessage());
              return wrong.getCommandLine().getCommandSpec().exitCodeOnInvalidInput();
            });
  }
}
