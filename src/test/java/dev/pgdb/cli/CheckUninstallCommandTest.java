package dev.pgdb.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.operator.Remaining;
import dev.pgdb.operator.Remaining.Held;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class CheckUninstallCommandTest {
  private static final Held SERVER =
      new Held("postgresserver", "shop", "main", "pgdb.dev/in-use", 1);

  private final StringWriter errors = new StringWriter();

  @Test
  void agreesWhenNothingIsLeft() {
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

  @Test
  void agreesOnceThatIsLetGoWhichNoDatabaseNeeds() {
    var answers = new ArrayDeque<>(List.of(found(List.of(), SERVER), found(List.of())));

    assertThat(check(next(answers))).isZero();

    assertThat(answers).isEmpty();
    assertThat(errors.toString()).isEmpty();
  }

  @Test
  void refusesWithAllThatNobodyLetsGoAndHowToDoItByHand() {
    var secret = new Held("secret", "shop", "main-admin", "pgdb.dev/in-use", 0);

    assertThat(check(all -> found(List.of(), SERVER, secret), "--wait", "1s")).isEqualTo(1);

    assertThat(errors.toString())
        .contains(
            """
            without pgdb, the deletion of these would wait for ever:
              postgresserver -n shop main
              secret -n shop main-admin
            """)
        .contains(
            """
              kubectl patch postgresserver -n shop main --type json -p '[{"op":"test","path":"/metadata/finalizers/1","value":"pgdb.dev/in-use"},{"op":"remove","path":"/metadata/finalizers/1"}]'
              kubectl patch secret -n shop main-admin --type json -p '[{"op":"test","path":"/metadata/finalizers/0\
            """)
        .contains("helm uninstall --no-hooks\n");
  }

  @Test
  void tellsOfADatabaseThatComesMeanwhile() {
    var answers =
        new ArrayDeque<>(List.of(found(List.of(), SERVER), found(List.of("shop/orders"), SERVER)));

    assertThat(check(next(answers))).isEqualTo(1);

    assertThat(errors.toString()).contains("\n  shop/orders\n");
  }

  @Test
  void refusesWhereItCannotLook() {
    assertThat(check(all -> new Remaining(List.of(), List.of(), List.of("not in a", "not in b"))))
        .isEqualTo(1);

    assertThat(errors.toString())
        .startsWith("pgdb: uninstalling is refused: not in a\nnot in b\n")
        .contains("helm uninstall --no-hooks\n")
        .doesNotContain("wait for ever");
  }

  @Test
  void tellsOfWhatThereIsAndOfWhereItCannotLook() {
    var databases = new Remaining(List.of("shop/orders"), List.of(), List.of("not in a"));
    var held = new Remaining(List.of(), List.of(SERVER), List.of("not in b"));

    assertThat(check(all -> databases)).isEqualTo(1);
    assertThat(check(all -> held, "--wait", "1s")).isEqualTo(1);

    assertThat(errors.toString())
        .contains("\n  shop/orders\n", "\nnot in a\n")
        .contains("\n  postgresserver -n shop main\n", "\nnot in b\n");
  }

  private static Remaining found(List<String> databases, Held... held) {
    return new Remaining(databases, List.of(held), List.of());
  }

  private static Function<Set<String>, Remaining> next(Queue<Remaining> answers) {
    return namespaces -> answers.remove();
  }

  private int check(Set<String> databases, String... options) {
    return check(
        namespaces ->
            found(
                databases.stream()
                    .filter(
                        database ->
                            namespaces.isEmpty() || namespaces.contains(database.split("/", 2)[0]))
                    .sorted()
                    .toList()),
        options);
  }

  private int check(Function<Set<String>, Remaining> remaining, String... options) {
    return new CommandLine(new CheckUninstallCommand(remaining))
        .setErr(new PrintWriter(errors, true))
        .execute(List.of(options).toArray(String[]::new));
  }
}
