package dev.pgdb.postgres.provisioning;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgdb.postgres.Addresses;
import dev.pgdb.postgres.AdminSession;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.ServerFacts;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.SqlState;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** While a role is being changed, its name and its comment are in nobody else's hands. */
class RoleChangeIT {
  private static final String PASSWORD = "let me in";
  private static final Claim OURS = new Claim("shop/orders", "4711");
  private static final Claim OTHER = new Claim("shop/invoices", "1147");

  private final String id = UUID.randomUUID().toString().substring(0, 8);
  private final String role = "owner_" + id;

  @ParameterizedTest
  @CsvSource({
    "13, SUPERUSER, DROP ROLE %s",
    "13, CREATEDB CREATEROLE, ALTER ROLE %s RENAME TO %1$s_old",
    "18, SUPERUSER, ALTER ROLE %s RENAME TO %1$s_old",
    "18, CREATEDB CREATEROLE, DROP ROLE %s"
  })
  void nobodyElseGivesItsNameToAnotherRole(String release, String rights, String away)
      throws Exception {
    TestPostgres postgres = TestPostgres.shared(release);
    String admin = "admin_" + id;
    postgres.execute(
        "postgres", "CREATE ROLE " + admin + " LOGIN PASSWORD '" + PASSWORD + "' " + rights);
    try (var session = AdminSession.open(Addresses.of(postgres, admin, PASSWORD), "postgres")) {
      ServerFacts server = ServerFacts.read(session);
      session.execute(Sql.of("CREATE ROLE %I", role));

      boolean dropped =
          RoleChange.apply(
              session,
              server,
              role,
              now -> {
                assertThatThrownBy(
                        () ->
                            postgres.execute(
                                "postgres", "SET lock_timeout = 200", away.formatted(role)))
                    .hasMessageContaining("lock timeout");
                return List.of(Sql.of("DROP ROLE %I", role));
              },
              () -> true);

      assertThat(dropped).isTrue();
      assertThat(OwnerRow.byName(session, server, role)).isEmpty();
    }
    postgres.execute("postgres", "DROP ROLE " + admin);
  }

  /** The advisory lock of one is nothing to the other, who is in another database. */
  @ParameterizedTest
  @ValueSource(strings = {"9.6", "13", "18"})
  void noClaimIsLostThatIsMadeFromAnotherDatabaseMeanwhile(String release) throws Exception {
    TestPostgres postgres = TestPostgres.shared(release);
    String elsewhere = "elsewhere_" + id;
    postgres.execute("postgres", "CREATE DATABASE " + elsewhere, "CREATE ROLE " + role);
    try (var here = AdminSession.open(Addresses.of(postgres), "postgres");
        var there = AdminSession.open(Addresses.of(postgres), elsewhere)) {
      ServerFacts server = ServerFacts.read(here);
      var claimed = new AtomicBoolean();

      RoleChange.apply(
          here,
          server,
          role,
          now -> {
            claimed.set(claimUnlessLocked(there, server));
            return List.of(RoleChange.comment(role, now.orElseThrow().comment().claimedBy(OURS)));
          },
          () -> true);

      if (!claimed.get()) {
        assertThat(claimUnlessLocked(there, server)).isTrue();
      }
      RoleComment comment = OwnerRow.byName(here, server, role).orElseThrow().comment();
      assertThat(comment.isClaimedBy(OURS)).isTrue();
      assertThat(comment.isClaimedBy(OTHER)).isTrue();
    }
    postgres.execute("postgres", "DROP DATABASE " + elsewhere, "DROP ROLE " + role);
  }

  /** As two databases of two PostgresServers do that have the role in common. */
  private boolean claimUnlessLocked(AdminSession session, ServerFacts server) {
    try {
      return RoleChange.apply(
          session,
          server,
          role,
          now -> List.of(RoleChange.comment(role, now.orElseThrow().comment().claimedBy(OTHER))),
          () -> true);
    } catch (SQLException e) {
      assertThat(SqlState.LOCK_NOT_AVAILABLE.is(e)).as(e.toString()).isTrue();
      return false;
    }
  }
}
