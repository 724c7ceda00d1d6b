package dev.pgdb.testbed;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.EnumMap;
import java.util.Map;

/** The login role of each kind of client: its own, unless the test names another. */
final class ClientRoles {
  record Login(String user, String password) {}

  private static final String PASSWORD = "let me in";

  private final Map<ClientKind, Login> named = new EnumMap<>(ClientKind.class);

  void name(ClientKind kind, Login login) {
    named.put(kind, login);
  }

  Login of(ClientKind kind) {
    return named.getOrDefault(kind, new Login(kind.defaultRole(), PASSWORD));
  }

  /**
   * Creates the roles that the test did not name, and gives each what its kind relies on. Their
   * passwords are checked at the price of one hash: the thousands of SCRAM would keep this JVM so
   * busy that its clients stay in the middle of their logins, and DROP DATABASE waits for everybody
   * who is there (docs/postgresql.md, "Deaf backends").
   */
  void prepare(TestPostgres server, String database) throws SQLException {
    try (var connection = server.connect("postgres");
        var statement = connection.createStatement()) {
      if (!server.release().equals("9.6")) { // which knows nothing else
        statement.execute("SET password_encryption = 'md5'");
      }
      for (var kind : ClientKind.values()) {
        if (!named.containsKey(kind)) {
          create(connection, statement, kind);
          permit(statement, kind, quoted(database));
        }
      }
    }
  }

  private static void create(Connection connection, Statement statement, ClientKind kind)
      throws SQLException {
    try (var exists = connection.prepareStatement("SELECT 1 FROM pg_roles WHERE rolname = ?")) {
      exists.setString(1, kind.defaultRole());
      var verb = exists.executeQuery().next() ? "ALTER" : "CREATE";
      var attribute = kind == ClientKind.SUPERUSER ? "SUPERUSER" : "NOSUPERUSER";
      statement.execute(
          "%s ROLE %s LOGIN %s PASSWORD %s"
              .formatted(verb, kind.defaultRole(), attribute, statement.enquoteLiteral(PASSWORD)));
    }
  }

  private static void permit(Statement statement, ClientKind kind, String database)
      throws SQLException {
    switch (kind) {
      case GRANTED ->
          statement.execute(
              "GRANT CONNECT ON DATABASE %s TO %s".formatted(database, kind.defaultRole()));
      case OWNER ->
          statement.execute(
              "ALTER DATABASE %s OWNER TO %s".formatted(database, kind.defaultRole()));
      case PUBLIC, SUPERUSER -> {}
    }
  }

  /** JDBC's own enquoteIdentifier refuses names that have quotes in them. */
  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }
}
