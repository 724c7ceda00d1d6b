package dev.pgdb.cli;

import dev.pgdb.operator.Remaining;
import dev.pgdb.operator.Remaining.Held;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code pgdb check-uninstall}: whether anything still needs the operator. */
@Command(
    name = "check-uninstall",
    description =
        "Fails while there are PostgresDatabases, or PostgresServers and Secrets that pgdb holds:"
            + " without the operator their deletion would wait for ever. Helm runs this before it"
            + " uninstalls the chart.",
    mixinStandardHelpOptions = true)
final class CheckUninstallCommand implements Callable<Integer> {
  private static final int REFUSED = 1;
  private static final Duration PAUSE = Duration.ofMillis(200);

  private final Function<Set<String>, Remaining> remaining;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--namespaces",
      split = ",",
      paramLabel = "a,b",
      converter = OptionValues.Namespace.class,
      description = "Namespaces to look in. Default: all. [PGDB_NAMESPACES]")
  private Set<String> namespaces = Set.of();

  @Option(
      names = "--wait",
      paramLabel = "duration",
      defaultValue = "30s",
      converter = OptionValues.Period.class,
      description =
          "How long pgdb may take to let go of what no database needs any more: 30s, 1m. Default:"
              + " ${DEFAULT-VALUE}. [PGDB_WAIT]")
  private Duration wait = Duration.ZERO;

  /**
   * @param remaining what there is in these namespaces, or in all
   */
  CheckUninstallCommand(Function<Set<String>, Remaining> remaining) {
    this.remaining = remaining;
  }

  @Override
  public Integer call() throws InterruptedException {
    long begun = System.nanoTime();
    Remaining found = remaining.apply(namespaces);
    while (found.databases().isEmpty()
        && !found.held().isEmpty()
        && System.nanoTime() - begun <= wait.toNanos()) {
      Thread.sleep(PAUSE);
      found = remaining.apply(namespaces);
    }
    String why = why(found);
    return why.isEmpty() ? 0 : refuse(why);
  }

  /** With databases there is more that is held: because of them. */
  private static String why(Remaining found) {
    String known = "";
    if (!found.databases().isEmpty()) {
      known = stillThere(found.databases());
    } else if (!found.held().isEmpty()) {
      known = stillHeld(found.held());
    }
    return known
        + found.unseen().stream().map(sentence -> sentence + "\n").collect(Collectors.joining());
  }

  private int refuse(String why) {
    var err = spec.commandLine().getErr();
    err.print("pgdb: uninstalling is refused: " + why);
    err.print(
        """
        To uninstall pgdb all the same, and to leave the resources and their databases as they are:
          helm uninstall --no-hooks
        """);
    err.flush();
    return REFUSED;
  }

  private static String stillThere(List<String> databases) {
    String[] first = databases.getFirst().split("/", 2);
    return """
    without pgdb, the deletion of these PostgresDatabases would wait for ever:
      %s
    Delete them first, and their databases are dropped:
      kubectl delete postgresdatabase -n %s %s
    To keep a database, say so before that:
      kubectl patch postgresdatabase -n %s %s --type merge -p '{"spec":{"deletion":{"policy":"Retain"}}}'
    """
        .formatted(String.join("\n  ", databases), first[0], first[1], first[0], first[1]);
  }

  private static String stillHeld(List<Held> held) {
    return """
    without pgdb, the deletion of these would wait for ever:
      %s
    No database needs them any more, so pgdb lets go of them as soon as it runs: see whether it does, and try again.
    Where it cannot run, take its finalizer off yourself:
      %s
    """
        .formatted(
            held.stream()
                .map(
                    object ->
                        "%s -n %s %s".formatted(object.kind(), object.namespace(), object.name()))
                .collect(Collectors.joining("\n  ")),
            held.stream().map(CheckUninstallCommand::letGo).collect(Collectors.joining("\n  ")));
  }

  /** Refused where it is not this finalizer any more that stands there. */
  private static String letGo(Held held) {
    String path = "/metadata/finalizers/" + held.index();
    return """
    kubectl patch %s -n %s %s --type json -p '[{"op":"test","path":"%s","value":"%s"},{"op":"remove","path":"%s"}]'\
    """
        .formatted(held.kind(), held.namespace(), held.name(), path, held.finalizer(), path);
  }
}
