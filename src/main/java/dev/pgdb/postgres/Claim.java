package dev.pgdb.postgres;

import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who a database belongs to: a line in its COMMENT, after whatever comment it has.
 *
 * @param holder who claims it, in a form that people can find: {@code shop/orders}
 * @param uid which of all that ever had that name
 */
public record Claim(String holder, String uid) {
  private static final String CLAIM = "pgdb\\.dev: (\\S+) (\\S+)";
  private static final Pattern LINE = Pattern.compile("(?md)^" + CLAIM + "$");

  /** With the line break that parts it from the rest, and no other. */
  private static final Pattern ADDED =
      Pattern.compile("\\n" + CLAIM + "(?=\\n|\\z)|\\A" + CLAIM + "(?:\\n|\\z)");

  /** The claim in a comment, if it has one. */
  public static Optional<Claim> in(@Nullable String comment) {
    if (comment == null) {
      return Optional.empty();
    }
    var line = LINE.matcher(comment);
    return line.find() ? Optional.of(new Claim(line.group(1), line.group(2))) : Optional.empty();
  }

  /** The comment with this claim at its end instead of any other. */
  public String addedTo(@Nullable String comment) {
    String rest = without(comment);
    return rest.isEmpty() ? line() : rest + "\n" + line();
  }

  /** The comment as it was before it was claimed; empty where there was none. */
  public static String without(@Nullable String comment) {
    return comment == null ? "" : ADDED.matcher(comment).replaceAll("");
  }

  private String line() {
    return "pgdb.dev: " + holder + " " + uid;
  }
}
