package dev.pgdb.postgres.deletion;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * What a statement does, and no more of it. Statements of others are never published: there may be
 * a password in them, as in ALTER ROLE … PASSWORD.
 */
final class SqlCommand {
  private static final Set<String> COMMANDS =
      Set.of(
          "ALTER",
          "ANALYZE",
          "BEGIN",
          "CALL",
          "CLUSTER",
          "COMMENT",
          "COMMIT",
          "COPY",
          "CREATE",
          "DELETE",
          "DO",
          "DROP",
          "FETCH",
          "GRANT",
          "INSERT",
          "LOCK",
          "MERGE",
          "PREPARE",
          "REASSIGN",
          "REFRESH",
          "REINDEX",
          "RELEASE",
          "REVOKE",
          "ROLLBACK",
          "SAVEPOINT",
          "SELECT",
          "SET",
          "SHOW",
          "TRUNCATE",
          "UPDATE",
          "VACUUM",
          "WITH");

  private static final Set<String> OBJECTS =
      Set.of(
          "DATABASE",
          "EXTENSION",
          "FUNCTION",
          "INDEX",
          "ROLE",
          "SCHEMA",
          "SUBSCRIPTION",
          "TABLE",
          "TABLESPACE",
          "USER",
          "VIEW");

  private SqlCommand() {}

  /**
   * Its keywords, such as CREATE DATABASE.
   *
   * @return empty where it does not begin with one that is known: then it may be anything
   */
  static Optional<String> of(String statement) {
    String[] words = statement.strip().toUpperCase(Locale.ROOT).split("[^A-Z]+", 3);
    if (!COMMANDS.contains(words[0])) {
      return Optional.empty();
    }
    return Optional.of(
        words.length > 1 && OBJECTS.contains(words[1]) ? words[0] + " " + words[1] : words[0]);
  }
}
