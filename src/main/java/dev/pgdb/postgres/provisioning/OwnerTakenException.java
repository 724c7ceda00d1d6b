package dev.pgdb.postgres.provisioning;

import java.sql.SQLException;

/** A role that a database must not be given to. The message says which one, and why. */
final class OwnerTakenException extends SQLException {
  private static final long serialVersionUID = 1L;

  OwnerTakenException(String why) {
    super(why);
  }
}
