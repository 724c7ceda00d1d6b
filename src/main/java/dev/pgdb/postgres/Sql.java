package dev.pgdb.postgres;

import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A piece of SQL whose identifiers and literals are quoted. It is the only place in pgdb where
 * quoting happens, and nothing but {@code Sql} reaches a server.
 *
 * <p>Templates follow PostgreSQL's {@code format()}: {@code %I} is an identifier, {@code %L} a
 * literal and {@code %s} another {@code Sql}. See <a
 * href="https://www.postgresql.org/docs/current/functions-string.html#FUNCTIONS-STRING-FORMAT">format</a>.
 */
public final class Sql {
  private final String text;
  private final String printable;

  private Sql(String text, String printable) {
    this.text = text;
    this.printable = printable;
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
    var text = new StringBuilder();
    var printable = new StringBuilder();
    Iterator<Object> rest = List.of(arguments).iterator();
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      if (c != '%') {
        text.append(c);
        printable.append(c);
        continue;
      }
      char kind = template.charAt(++i);
      if (kind == '%') {
        text.append('%');
        printable.append('%');
        continue;
      }
      if (!rest.hasNext()) {
        throw new IllegalArgumentException("too few arguments for: " + template);
      }
      Sql part = part(kind, rest.next());
      text.append(part.text);
      printable.append(part.printable);
    }
    if (rest.hasNext()) {
      throw new IllegalArgumentException("too many arguments for: " + template);
    }
    return new Sql(text.toString(), printable.toString());
  }

  /** Several statements, sent together and run one after the other. */
  public static Sql sequence(List<Sql> statements) {
    return new Sql(joined(statements, sql -> sql.text), joined(statements, sql -> sql.printable));
  }

  private static String joined(List<Sql> statements, Function<Sql, String> form) {
    return statements.stream().map(form).collect(Collectors.joining(";\n"));
  }

  private static Sql part(char kind, Object argument) {
    return switch (kind) {
      case 'I' -> plain('"' + checked(argument.toString()).replace("\"", "\"\"") + '"');
      case 'L' ->
          switch (argument) {
            case Secret secret -> new Sql(literal(secret.value()), secret.toString());
            case Number number -> plain(number.toString());
            case Boolean truth -> plain(truth.toString());
            default -> plain(literal(argument.toString()));
          };
      case 's' -> (Sql) argument;
      default -> throw new IllegalArgumentException("no such placeholder: %" + kind);
    };
  }

  private static Sql plain(String text) {
    return new Sql(text, text);
  }

  /** The E form reads the same whatever standard_conforming_strings says. */
  private static String literal(String value) {
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

  /** What may be shown to people: secrets are dots. */
  @Override
  public String toString() {
    return printable;
  }
}
