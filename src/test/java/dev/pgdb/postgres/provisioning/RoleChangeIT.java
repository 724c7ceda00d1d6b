package dev.pgdb.postgres.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Addresses;
import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.ServerAddress;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import dev.pgdb.testbed.TestPostgres;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A name that has come to mean another role since the last look is left alone. */
class RoleChangeIT {
  private static final String PASSWORD = "let me in";

  private final String id = UUID.randomUUID().toString().substring(0, 8);
  private final String role = "owner_" + id;

  @ParameterizedTest
  @CsvSource({
    "13, SUPERUSER, DROP ROLE %s",
    "13, CREATEDB CREATEROLE, ALTER ROLE %s RENAME TO %1$s_old",
    "18, SUPERUSER, ALTER ROLE %s RENAME TO %1$s_old",
    "18, CREATEDB CREATEROLE, DROP ROLE %s"
  })
  void dropsNoRoleThatSomebodyElseHasCreatedUnderTheName(String release, String rights, String away)
      throws Exception {
    TestPostgres postgres = TestPostgres.shared(release);
    String admin = "admin_" + id;
    postgres.execute(
        "postgres", "CREATE ROLE " + admin + " LOGIN PASSWORD '" + PASSWORD + "' " + rights);
    try (var session = AdminSession.open(address(postgres, admin), "postgres")) {
      ServerFacts server = ServerFacts.read(session);
      session.execute(Sql.of("CREATE ROLE %I", role));

      boolean dropped =
          RoleChange.apply(
              session,
              server,
              role,
              before -> {
                postgres.execute(
                    "postgres",
                    away.formatted(role),
                    "CREATE ROLE " + role,
                    "GRANT " + role + " TO " + admin + " WITH ADMIN OPTION");
                return List.of(Sql.of("DROP ROLE %I", role));
              },
              () -> true);

      assertThat(dropped).isFalse();
      assertThat(OwnerRow.byName(session, server, role)).isPresent();

      assertThat(
              RoleChange.apply(
                  session,
                  server,
                  role,
                  before -> List.of(Sql.of("DROP ROLE %I", role)),
                  () -> true))
          .isTrue();
      assertThat(OwnerRow.byName(session, server, role)).isEmpty();
    }
    postgres.execute(
        "postgres", "DROP ROLE IF EXISTS " + role + "_old", "DROP ROLE IF EXISTS " + admin);
  }

  private static ServerAddress address(TestPostgres postgres, String admin) {
    return Addresses.of(postgres, admin, PASSWORD);
  }
}
