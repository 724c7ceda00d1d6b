package dev.pgdb.postgres.deletion;

/**
 * What it takes to overcome a holder. An admin that lacks it must be told so by a blocker, with a
 * remedy that helps.
 */
enum Need {
  /** The rights of the database's owner. */
  OWNERSHIP("GRANT "),
  /** To end the sessions of clients. */
  END_CLIENTS("GRANT pg_signal_backend"),
  /** To end a session whose role is not known yet. */
  END_STRANGERS("GRANT pg_signal_backend"),
  /**
   * To act as the roles of the clients: their prepared transactions and subscriptions are theirs.
   */
  ACT_AS_CLIENTS("GRANT "),
  /** To drop replication slots, which do not go with their database before PostgreSQL 10. */
  DROP_SLOTS("ALTER ROLE "),

  // What only a superuser may end; everybody else can only wait until somebody does.
  SUPERUSERS_SESSION("SELECT pg_terminate_backend"),
  SUPERUSERS_TRANSACTION("SELECT pg_terminate_backend|ROLLBACK PREPARED "),
  SUPERUSERS_SUBSCRIPTION("DROP SUBSCRIPTION "),

  /** The agent of a service, which leaves by itself some time. */
  AGENTS_SESSION("SELECT pg_terminate_backend");

  /** How the statement of the remedy begins. */
  final String remedy;

  Need(String remedy) {
    this.remedy = remedy;
  }

  /** Which one stands for it where what was told is counted: one GRANT gives both rights. */
  Need asTold() {
    return this == END_STRANGERS ? END_CLIENTS : this;
  }

  /** Whether the remedy gives the admin a right, after which it never has to be told again. */
  boolean isPrivilege() {
    return remedy.startsWith("GRANT") || remedy.startsWith("ALTER ROLE");
  }
}
