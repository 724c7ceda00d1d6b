package dev.pgdb.cli;

import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.IDefaultValueProvider;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;

/**
 * An option that is not given is taken from the environment: --http-port from PGDB_HTTP_PORT. An
 * empty variable is none: manifests often leave one so. Nobody asks for --help or --version so:
 * PGDB_VERSION is what people call a variable of their own.
 */
record EnvironmentDefaults(Map<String, String> environment) implements IDefaultValueProvider {

  @Override
  public @Nullable String defaultValue(ArgSpec argument) {
    if (!(argument instanceof OptionSpec option) || option.usageHelp() || option.versionHelp()) {
      return null;
    }
    String value = environment.get(variable(option.longestName()));
    return value == null || value.isEmpty() ? null : value;
  }

  private static String variable(String option) {
    return "PGDB_" + option.replaceFirst("^--", "").replace('-', '_').toUpperCase(Locale.ROOT);
  }
}
