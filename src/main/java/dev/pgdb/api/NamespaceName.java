package dev.pgdb.api;

/** The rule for names of namespaces. */
final class NamespaceName {
  static final String RULE = "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?$')";
  static final String MESSAGE =
      "write the name of a namespace: lower-case letters, digits and '-', with a letter or digit at both ends";

  private NamespaceName() {}
}
