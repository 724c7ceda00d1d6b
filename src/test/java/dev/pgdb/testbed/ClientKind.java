package dev.pgdb.testbed;

import java.util.Locale;

/** What lets a client into a database. */
public enum ClientKind {
  /** The CONNECT that every role has through PUBLIC. */
  PUBLIC,
  /** A GRANT CONNECT of its own. */
  GRANTED,
  /** The rights of the database's owner. */
  OWNER,
  /** No REVOKE stops these. */
  SUPERUSER;

  String defaultRole() {
    return "client_" + name().toLowerCase(Locale.ROOT);
  }
}
