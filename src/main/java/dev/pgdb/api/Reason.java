package dev.pgdb.api;

/** Why a condition is as it is. */
public enum Reason {
  /** The database, or the server, is as its spec says. */
  AVAILABLE("Available"),
  /** Nothing is left to do; the resource is not reconciling. */
  RECONCILE_COMPLETE("ReconcileComplete"),
  /** Work goes on and nothing stands in its way. */
  PROGRESSING("Progressing"),
  /** The server is being asked for its version, its identity and the rights of the admin. */
  CONNECTING("Connecting"),
  /** The database or its owner is being created. */
  CREATING("Creating"),
  /** No PostgresServer has the name that serverRef gives. */
  SERVER_NOT_FOUND("ServerNotFound"),
  /** The PostgresServer that serverRef names is not ready. */
  SERVER_NOT_READY("ServerNotReady"),
  /** No connection to the server; the message has the address and the error. */
  SERVER_UNREACHABLE("ServerUnreachable"),
  /** The server refused the admin's user name or password. */
  LOGIN_FAILED("LoginFailed"),
  /** The server's certificate, or the one that is shown to it, is not accepted. */
  TLS_FAILED("TlsFailed"),
  /** A Secret with a certificate does not exist, lacks the key or holds something else. */
  CERTIFICATE_MISSING("CertificateMissing"),
  /** The admin's Secret does not exist or lacks username or password. */
  ADMIN_SECRET_MISSING("AdminSecretMissing"),
  /** The PostgresServer does not allow resources of this namespace to refer to it. */
  NAMESPACE_NOT_ALLOWED("NamespaceNotAllowed"),
  /** None of the hosts is a primary. */
  STANDBY_SERVER("StandbyServer"),
  /** The host leads to another database cluster than it used to. */
  SYSTEM_IDENTIFIER_CHANGED("SystemIdentifierChanged"),
  /** PostgreSQL refused to create the database; the message has its answer. */
  CREATE_FAILED("CreateFailed"),
  /** A role that spec.owner or spec.schemas names must not own what this resource stands for. */
  OWNER_TAKEN("OwnerTaken"),
  /** The database that this resource stood for was dropped by somebody else. */
  DATABASE_MISSING("DatabaseMissing"),
  /** The database that this resource stands for was given another name. */
  DATABASE_RENAMED("DatabaseRenamed"),
  /** The resource is being deleted, and deletion.protected says that it must not be. */
  PROTECTED("Protected"),
  /** A database of this name existed before and existingDatabase is Refuse. */
  DATABASE_EXISTS("DatabaseExists"),
  /** Another resource has claimed the database. */
  CLAIMED_BY_ANOTHER("ClaimedByAnother"),
  /** PostgreSQL, a managed service or pgdb needs the database of this name. */
  RESERVED_NAME("ReservedName"),
  /** An option of the database is not as its spec says, and cannot be made so. */
  OPTIONS_DIFFER("OptionsDiffer"),
  /** A schema could not be created or given to its owner; the message has PostgreSQL's answer. */
  SCHEMA_FAILED("SchemaFailed"),
  /** An extension could not be created or updated; the message has PostgreSQL's answer. */
  EXTENSION_FAILED("ExtensionFailed"),
  /** There is a Secret of the name of the connection Secret that belongs to somebody else. */
  SECRET_EXISTS("SecretExists"),
  /** The API server refused the connection Secret; the message has its answer. */
  SECRET_NOT_WRITTEN("SecretNotWritten"),
  /** The admin lacks a right; the message has the statement that grants it. */
  INSUFFICIENT_PRIVILEGE("InsufficientPrivilege"),
  /** PostgreSQL refused what the spec asks for; the message has its answer. */
  INVALID_SPEC("InvalidSpec"),
  /** The resource is being deleted. */
  TERMINATING("Terminating"),
  /** Deletion: CONNECT is being revoked and the database closed to new sessions. */
  REVOKING_CONNECT("RevokingConnect"),
  /** Deletion: nobody but the admin can connect any more. */
  CONNECT_REVOKED("ConnectRevoked"),
  /** Deletion: sessions may still finish by themselves, as deletion.drain says. */
  WAITING_FOR_SESSIONS("WaitingForSessions"),
  /** Deletion: sessions are being terminated. */
  TERMINATING_SESSIONS("TerminatingSessions"),
  /** Deletion: sessions are left in the database. */
  SESSIONS_LEFT("SessionsLeft"),
  /** Deletion: no session is left in the database. */
  NO_SESSIONS("NoSessions"),
  /** Deletion: the DROP has not begun. */
  DROP_PENDING("DropPending"),
  /** Deletion: the DROP is running. */
  DROPPING("Dropping"),
  /** Deletion: something stands in the way; status.deletion.blockers says what, and the remedy. */
  BLOCKED("Blocked");

  private final String text;

  Reason(String text) {
    this.text = text;
  }

  /** The reason as it stands in {@code status.conditions}. */
  public String text() {
    return text;
  }
}
