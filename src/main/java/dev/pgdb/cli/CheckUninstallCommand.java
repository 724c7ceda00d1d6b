package dev.pgdb.cli;

import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pgdb check-uninstall}: whether anything still needs the operator. */
@Command(
    name = "check-uninstall",
    description =
        "Fails while there are PostgresDatabases: without the operator their deletion would wait"
            + " for ever. Helm runs this before it uninstalls the chart.",
    mixinStandardHelpOptions = true)
final class CheckUninstallCommand implements Callable<Integer> {
  private static final int REFUSED = 1;

  private final Function<Set<String>, List<String>> databases;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--namespaces",
      split = ",",
      paramLabel = "a,b",
      converter = OptionValues.Namespace.class,
      description = "Namespaces to look in. Default: all. [PGDB_NAMESPACES]")
  private Set<String> namespaces = Set.of();

  /**
   * @param databases the PostgresDatabases of these namespaces, or of all, each as namespace/name
   */
  CheckUninstallCommand(Function<Set<String>, List<String>> databases) {
    this.databases = databases;
  }

  @Override
  public Integer call() {
    List<String> remaining = databases.apply(namespaces);
    if (remaining.isEmpty()) {
      return 0;
    }
    String[] first = remaining.getFirst().split("/", 2);
    spec.commandLine()
        .getErr()
        .print(
            """
            pgdb: uninstalling is refused: without pgdb, the deletion of these PostgresDatabases would wait for ever:
              %s
            Delete them first, and their databases are dropped:
              kubectl delete postgresdatabase -n %s %s
            To keep a database, say so before that:
              kubectl patch postgresdatabase -n %s %s --type merge -p '{"spec":{"deletion":{"policy":"Retain"}}}'
            To uninstall pgdb all the same, and to leave the resources and their databases as they are:
              helm uninstall --no-hooks
            """
                .formatted(String.join("\n  ", remaining), first[0], first[1], first[0], first[1]));
    spec.commandLine().getErr().flush();
    return REFUSED;
  }
}
