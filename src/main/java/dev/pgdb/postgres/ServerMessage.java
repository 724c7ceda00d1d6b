package dev.pgdb.postgres;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What the server said when it refused something, for those who run it and for those who may know
 * nothing of it.
 *
 * @param whole with all that PostgreSQL adds, such as which sessions or files it is about
 */
public record ServerMessage(String whole, @Nullable String sqlState) {
  /** The classes of errors that speak of nothing but what was asked for: its names and values. */
  private static final Set<String> OF_THE_REQUEST = Set.of("0A", "22", "3D", "3F", "42", "55");

  /** What an error says. */
  public static ServerMessage of(SQLException error) {
    return new ServerMessage(String.valueOf(error.getMessage()), error.getSQLState());
  }

  /** Empty where it may name files, hosts or roles of the server. */
  public Optional<String> discreet() {
    return sqlState != null && OF_THE_REQUEST.contains(sqlState.substring(0, 2))
        ? Optional.of(firstLine(whole))
        : Optional.empty();
  }

  /** Without details and hints: these speak of others, too. */
  public static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
