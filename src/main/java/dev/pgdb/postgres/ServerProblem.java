package dev.pgdb.postgres;

import java.sql.SQLException;

/** What an error of the server, or on the way to it, means for all that shall be done on it. */
public enum ServerProblem {
  /** It does not answer, or has ended our session. */
  UNREACHABLE,
  /** It was reached, and its certificate or ours is not accepted. */
  TLS_REFUSED,
  /** It does not let the admin in: wrong role, wrong password or no line for us in pg_hba.conf. */
  LOGIN_REFUSED,
  /** Clients have taken every connection slot. */
  NO_FREE_CONNECTION,
  /** The admin may not do what it has to. */
  INSUFFICIENT_PRIVILEGE,
  /** Anything else. */
  OTHER;

  /**
   * Tells by the class of the SQLSTATE. See <a
   * href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error
   * Codes</a>.
   */
  public static ServerProblem of(SQLException error) {
    String state = error.getSQLState();
    if (TlsProblem.of(error).isPresent()) {
      return TLS_REFUSED;
    }
    if (state == null) {
      return error.getClass() == SQLException.class
          ? OTHER // pgdb's own, of what it was told
          : UNREACHABLE; // the driver's: it could not get as far as an answer
    }
    if (SqlState.TOO_MANY_CONNECTIONS.is(error)) {
      return NO_FREE_CONNECTION;
    }
    if (SqlState.INSUFFICIENT_PRIVILEGE.is(error)) {
      return INSUFFICIENT_PRIVILEGE;
    }
    return switch (state.substring(0, 2)) {
      case "08", "57" -> UNREACHABLE;
      case "28" -> LOGIN_REFUSED;
      default -> OTHER;
    };
  }
}
