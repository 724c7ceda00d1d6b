package dev.pgdb.operator;

import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/** Two sessions that hand the lock on a database to each other, whatever it is called. */
final class LockHandOver implements AutoCloseable {
  private static final String LOCK =
      """
      DO $$ DECLARE name text; said text; BEGIN
        SELECT datname, shobj_description(oid, 'pg_database') INTO name, said
        FROM pg_database WHERE oid = %d;
        EXECUTE format('COMMENT ON DATABASE %%I IS %%L', name, said);
        PERFORM pg_sleep(0.05);
      END $$
      """;

  private final TestPostgres postgres;
  private final String lock;
  private final List<Thread> sessions;
  private volatile boolean over;

  LockHandOver(TestPostgres postgres, long oid) {
    this.postgres = postgres;
    this.lock = LOCK.formatted(oid);
    this.sessions =
        Stream.generate(() -> Thread.ofVirtual().start(this::keepLocking)).limit(2).toList();
  }

  private void keepLocking() {
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement()) {
      while (!over) {
        try {
          statement.execute(lock);
        } catch (SQLException e) {
          // The database was renamed just then.
        }
      }
    } catch (SQLException e) {
      // The server is gone.
    }
  }

  boolean isGoingOn() {
    return sessions.stream().allMatch(Thread::isAlive);
  }

  @Override
  public void close() {
    over = true;
  }
}
