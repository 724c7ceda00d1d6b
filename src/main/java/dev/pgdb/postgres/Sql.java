package dev.pgdb.postgres;

import static java.util.stream.Collectors.joining;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * A piece of SQL whose identifiers and literals are quoted. It is the only place in pgdb where
 * quoting happens, and nothing but {@code Sql} reaches a server.
 *
 * <p>Templates follow PostgreSQL's {@code format()}: {@code %I} is an identifier, {@code %L} a
 * literal and {@code %s} another {@code Sql}. See <a
 * href="https://www.postgresql.org/docs/current/functions-string.html#FUNCTIONS-STRING-FORMAT">format</a>.
 */
public final class Sql {
  /** Stands where a literal goes; no name and no literal can hold it. */
  private static final String PLACE = "\0";

  private final String text;
  private final String printable;
  private final String template;
  private final List<Sql> literals;

  private Sql(String text, String printable, String template, List<Sql> literals) {
    this.text = text;
    this.printable = printable;
    this.template = template;
    this.literals = List.copyOf(literals);
  }

  /**
   * Fills a template.
   *
   * @param template SQL with {@code %I}, {@code %L} and {@code %s}; {@code %%} is a percent sign
   * @param arguments one for each placeholder: a name for {@code %I}; a text, number, boolean or
   *     {@link Secret} for {@code %L}; a {@code Sql} for {@code %s}
   * @throws IllegalArgumentException where arguments and placeholders do not match, or a text holds
   *     the character U+0000, which PostgreSQL cannot store
   */
  public static Sql of(String template, Object... arguments) {
    var parts = new ArrayList<Sql>();
    Iterator<Object> rest = List.of(arguments).iterator();
    int done = 0;
    for (int i = template.indexOf('%'); i >= 0; i = template.indexOf('%', done)) {
      parts.add(plain(template.substring(done, i)));
      char kind = template.charAt(i + 1);
      done = i + 2;
      if (kind == '%') {
        parts.add(plain("%"));
        continue;
      }
      if (!rest.hasNext()) {
        throw new IllegalArgumentException("too few arguments for: " + template);
      }
      parts.add(part(kind, rest.next()));
    }
    parts.add(plain(template.substring(done)));
    if (rest.hasNext()) {
      throw new IllegalArgumentException("too many arguments for: " + template);
    }
    return joined(parts, "");
  }

  /** Several statements, sent together and run one after the other. */
  public static Sql sequence(List<Sql> statements) {
    return joined(statements, ";\n");
  }

  private static Sql joined(List<Sql> parts, String by) {
    return new Sql(
        parts.stream().map(Sql::text).collect(joining(by)),
        parts.stream().map(Sql::toString).collect(joining(by)),
        parts.stream().map(Sql::template).collect(joining(by)),
        parts.stream().flatMap(part -> part.literals.stream()).toList());
  }

  private static Sql part(char kind, Object argument) {
    return switch (kind) {
      case 'I' -> plain('"' + checked(argument.toString()).replace("\"", "\"\"") + '"');
      case 'L' ->
          switch (argument) {
            case Secret secret -> literal(quoted(secret.value()), secret.toString());
            case Number number -> literal(number.toString(), number.toString());
            case Boolean truth -> plain(truth.toString());
            default -> literal(quoted(argument.toString()), quoted(argument.toString()));
          };
      case 's' -> (Sql) argument;
      default -> throw new IllegalArgumentException("no such placeholder: %" + kind);
    };
  }

  private static Sql plain(String text) {
    return new Sql(text, text, text, List.of());
  }

  private static Sql literal(String text, String printable) {
    return new Sql(text, printable, PLACE, List.of(new Sql(text, printable, PLACE, List.of())));
  }

  /** The E form reads the same whatever standard_conforming_strings says. */
  private static String quoted(String value) {
    String quoted = checked(value).replace("'", "''");
    return quoted.contains("\\") ? " E'" + quoted.replace("\\", "\\\\") + "'" : "'" + quoted + "'";
  }

  private static String checked(String value) {
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("PostgreSQL cannot store the character U+0000");
    }
    return value;
  }

  /** What is sent to the server, with its secrets. */
  String text() {
    return text;
  }

  /** The same for all that differ in their literals only. */
  String template() {
    return template;
  }

  /** The statement that makes a session know the template by a name. */
  Sql prepare(String name) {
    var numbered = new StringBuilder();
    int number = 0;
    for (String piece : template.split(PLACE, -1)) {
      numbered.append(number == 0 ? "" : "$" + number).append(piece);
      number++;
    }
    return of("PREPARE %I AS %s", name, plain(numbered.toString()));
  }

  /** The statement that runs the template with the literals. */
  Sql executePrepared(String name) {
    Sql call = of("EXECUTE %I", name);
    return literals.isEmpty() ? call : of("%s (%s)", call, joined(literals, ", "));
  }

  /** What may be shown to people: secrets are dots. */
  @Override
  public String toString() {
    return printable;
  }
}
