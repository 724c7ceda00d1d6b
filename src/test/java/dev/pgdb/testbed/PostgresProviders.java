package dev.pgdb.testbed;

import dev.pgdb.testbed.Providers.Way;
import java.util.List;

/** The ways to a PostgreSQL server of one release. */
final class PostgresProviders {
  private static final String PROPERTY = "pgdb.test.postgres";

  private PostgresProviders() {}

  static Providers<PostgresHost> forSharing(String release) {
    return new Providers<>(
        "PostgreSQL " + release,
        PROPERTY,
        List.of(
            new Way<>("url", () -> NamedServer.of(release)), docker(release), embedded(release)));
  }

  /** A server that the user named is not ours to stop. */
  static Providers<PostgresHost> forOneTest(String release) {
    return new Providers<>(
        "PostgreSQL " + release, PROPERTY, List.of(docker(release), embedded(release)));
  }

  private static Way<PostgresHost> docker(String release) {
    return new Way<>("docker", () -> ContainerServer.start(release));
  }

  private static Way<PostgresHost> embedded(String release) {
    return new Way<>("embedded", () -> EmbeddedServer.start(PostgresBinaries.of(release)));
  }
}
