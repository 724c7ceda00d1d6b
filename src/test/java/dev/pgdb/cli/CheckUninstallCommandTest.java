package dev.pgdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CheckUninstallCommandTest {
  private final StringWriter errors = new StringWriter();

  @Test
  void agreesWhenNoDatabaseIsLeft() {
    assertThat(check(Set.of())).isZero();
    assertThat(errors.toString()).isEmpty();
  }

  @Test
  void refusesWithEveryDatabaseAndTheWaysOut() {
    assertThat(check(Set.of("shop/orders", "billing/invoices"))).isEqualTo(1);
    assertThat(errors.toString())
        .contains("\n  billing/invoices\n  shop/orders\n")
        .contains("kubectl delete postgresdatabase -n billing invoices\n")
        .contains("kubectl patch postgresdatabase -n billing invoices --type merge")
        .contains("helm uninstall --no-hooks\n");
  }

  @Test
  void looksOnlyAtTheNamespacesThatAreGiven() {
    assertThat(check(Set.of("shop/orders"), "--namespaces", "billing,accounts")).isZero();
    assertThat(check(Set.of("shop/orders"), "--namespaces", "shop")).isEqualTo(1);
  }

  private int check(Set<String> databases, String... options) {
    var command =
        new CheckUninstallCommand(
            namespaces ->
                databases.stream()
                    .filter(
                        database ->
                            namespaces.isEmpty() || namespaces.contains(database.split("/", 2)[0]))
                    .sorted()
                    .toList());
    return new CommandLine(command)
        .setErr(new PrintWriter(errors, true))
        .execute(List.of(options).toArray(String[]::new));
  }
}
