package dev.pgdb.postgres;

import java.sql.SQLTransientConnectionException;

/**
 * Every admin session that a server may have is in use, and none has become free within seconds.
 * Nothing is wrong with the server: it is worth another try soon.
 */
public final class SessionsBusyException extends SQLTransientConnectionException {
  private static final long serialVersionUID = 1;

  SessionsBusyException(ServerAddress address) {
    super(
        "all admin sessions of " + address.hostAndPort() + " are busy",
        SqlState.TOO_MANY_CONNECTIONS.code()); // it answers, and what we have is to be kept
  }
}
