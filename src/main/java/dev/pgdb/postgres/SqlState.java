package dev.pgdb.postgres;

import java.sql.SQLException;

/**
 * The error codes that pgdb acts on, by their condition names. See <a
 * href="https://www.postgresql.org/docs/current/errcodes-appendix.html">PostgreSQL Error Codes</a>.
 */
public enum SqlState {
  FEATURE_NOT_SUPPORTED("0A000"),
  INVALID_SQL_STATEMENT_NAME("26000"),
  READ_ONLY_SQL_TRANSACTION("25006"),
  /** Among others a role that SET ROLE does not find. */
  INVALID_PARAMETER_VALUE("22023"),
  INVALID_CATALOG_NAME("3D000"),
  DUPLICATE_DATABASE("42P04"),
  DUPLICATE_OBJECT("42710"),
  UNDEFINED_OBJECT("42704"),
  INSUFFICIENT_PRIVILEGE("42501"),
  TOO_MANY_CONNECTIONS("53300"),
  DEPENDENT_OBJECTS_STILL_EXIST("2BP01"),
  OBJECT_NOT_IN_PREREQUISITE_STATE("55000"),
  OBJECT_IN_USE("55006"),
  LOCK_NOT_AVAILABLE("55P03"),
  QUERY_CANCELED("57014"),
  ADMIN_SHUTDOWN("57P01"),
  INVALID_PASSWORD("28P01"),
  INVALID_AUTHORIZATION("28000"),
  /** What was read has changed before it could be acted upon. */
  SERIALIZATION_FAILURE("40001"),
  DEADLOCK_DETECTED("40P01"),
  UNIQUE_VIOLATION("23505"),
  /** Among others "tuple concurrently updated": two sessions changed one catalog row at once. */
  INTERNAL_ERROR("XX000");

  private final String code;

  SqlState(String code) {
    this.code = code;
  }

  /** The five characters of it. */
  public String code() {
    return code;
  }

  /** Whether the server answered with this code. */
  public boolean is(SQLException error) {
    return code.equals(error.getSQLState());
  }

  /** Whether the server answered with one of these codes. */
  public static boolean isOneOf(SQLException error, SqlState... states) {
    for (SqlState state : states) {
      if (state.is(error)) {
        return true;
      }
    }
    return false;
  }
}
