package dev.pgdb.postgres;

import dev.pgdb.testbed.TestPostgres;
import java.util.List;

/** How to get to a server of the tests. */
public final class Addresses {
  private Addresses() {}

  /** As its superuser. */
  public static ServerAddress of(TestPostgres server) {
    return of(server, server.superuser(), server.password());
  }

  public static ServerAddress of(TestPostgres server, String role, String password) {
    return new ServerAddress(
        List.of(server.host()), server.port(), "postgres", role, new Secret(password), "disable");
  }
}
