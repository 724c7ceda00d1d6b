package dev.pgdb.api;

/** The rule for names of Kubernetes objects. */
final class ObjectName {
  static final String RULE =
      "self.matches('^[a-z0-9]([-a-z0-9]*[a-z0-9])?([.][a-z0-9]([-a-z0-9]*[a-z0-9])?)*$')";
  static final String MESSAGE =
      "write the name of a Kubernetes object: lower-case letters, digits, '-' and '.', with a letter or digit at both ends and on both sides of each '.'";

  private ObjectName() {}
}
