package dev.pgdb.testbed;

import dev.pgdb.testbed.TestPostgres.StopMode;

/**
 * One PostgreSQL server that some provider found or started. Its toString is what the test bed
 * prints.
 */
interface PostgresHost extends AutoCloseable {
  String host();

  int port();

  String superuser();

  String password();

  void stop(StopMode mode);

  void startAgain();

  /** As the server itself numbers its processes. */
  long postmasterPid();

  /** Sends a signal, such as STOP, to one process of the server. */
  void signal(String name, long pid);

  @Override
  void close();
}
