package dev.pgdb.api;

/** The rule for host names and IP addresses, separated by commas. */
final class Hosts {
  private static final String NAME_OR_IPV4 = "[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?";
  private static final String IPV6 = "[0-9A-Fa-f]{0,4}(:[0-9A-Fa-f]{0,4}){2,7}";
  private static final String HOST = "(" + NAME_OR_IPV4 + "|" + IPV6 + ")";

  static final String RULE = "self.matches('^" + HOST + "(," + HOST + ")*$')";
  static final String MESSAGE =
      "write host names or IP addresses, separated by commas without spaces;"
          + " the port goes into spec.port";

  private Hosts() {}
}
