package dev.pgdb.postgres;

/**
 * A password. It prints as dots, wherever it is printed.
 *
 * @param value the password itself
 */
public record Secret(String value) {
  @Override
  public String toString() {
    return "••••";
  }
}
