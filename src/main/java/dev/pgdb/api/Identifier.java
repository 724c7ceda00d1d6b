package dev.pgdb.api;

/** The rule for names that PostgreSQL stores in its type {@code name}. */
final class Identifier {
  static final String RULE = "self != '' && size(bytes(self)) <= 63 && !self.contains('\\u0000')";
  static final String MESSAGE = "write a name of 1 to 63 bytes without NUL";

  private Identifier() {}
}
