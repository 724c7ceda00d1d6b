package dev.pgdb.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.pgdb.testbed.ClientKind;
import dev.pgdb.testbed.ControlPlane;
import dev.pgdb.testbed.ReconnectingClients;
import dev.pgdb.testbed.ReconnectingClientsBuilder;
import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** 50 clients that reconnect without a pause do not keep a database from being dropped. */
class DeletionUnderStormIT {
  private static final int CLIENTS = 50;

  /** How often each kind of client is met; 30 is the full run. */
  private static final int ROUNDS = Integer.getInteger("pgdb.test.rounds", 2);

  private final ControlPlane cluster = OperatorUnderTest.start();

  static Stream<Arguments> storms() {
    var storms = new ArrayList<Arguments>();
    for (String release : Releases.orElse("9.6", "13", "18")) {
      for (ClientKind kind : ClientKind.values()) {
        storms.add(Arguments.of(release, kind));
      }
      storms.add(Arguments.of(release, null));
    }
    return storms.stream();
  }

  @ParameterizedTest(name = "PostgreSQL {0}, clients: {1}")
  @MethodSource("storms")
  void dropsTheDatabaseAndRefusesEveryClient(String release, @Nullable ClientKind kind)
      throws Exception {
    var postgres = TestPostgres.shared(release);
    var tenant = new Tenant(cluster);
    tenant.applyServer("main", postgres);
    for (int round = 0; round < ROUNDS; round++) {
      String name = tenant.namespace() + "-orders-" + round;
      long oid = Tenant.oidOf(tenant.createDatabase(name, "main", null));
      try (ReconnectingClients clients = storm(postgres, name, kind)) {
        clients.awaitAllConnected(Duration.ofSeconds(60));

        tenant.delete(name);

        tenant.awaitGone(name);
        assertThat(databases(postgres, oid)).isEmpty();
        await("every client is refused")
            .atMost(Duration.ofSeconds(60))
            .until(() -> clients.connected() == 0 && clients.refusedClients() == CLIENTS);
      }
    }
  }

  private static ReconnectingClients storm(
      TestPostgres postgres, String database, @Nullable ClientKind kind) throws SQLException {
    ReconnectingClientsBuilder builder = ReconnectingClients.against(postgres, database);
    builder = kind == null ? builder.mixed(CLIENTS) : builder.with(CLIENTS, kind);
    return builder.prepareRoles().start();
  }

  private static List<String> databases(TestPostgres postgres, long oid) throws SQLException {
    var names = new ArrayList<String>();
    try (var connection = postgres.connect("postgres");
        var statement = connection.createStatement();
        var rows = statement.executeQuery("SELECT datname FROM pg_database WHERE oid = " + oid)) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }
}
