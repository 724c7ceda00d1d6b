package dev.pgdb.postgres.provisioning;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.Addresses;
import dev.pgdb.postgres.AdminSessions;
import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.provisioning.OwnerFate.Dropped;
import dev.pgdb.postgres.provisioning.OwnerFate.Locked;
import dev.pgdb.testbed.TestPostgres;
import java.time.Clock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A role that somebody is changing is not lost: it is dropped later, or nobody's any more. */
class OwnerReleaseIT {
  private static final Claim CLAIM = new Claim("shop/locked", "4711-locked");

  @ParameterizedTest
  @ValueSource(strings = {"9.6", "13", "18"})
  void aRoleThatIsLockedIsLeftForLaterOrGivenUp(String release) throws Exception {
    var postgres = TestPostgres.shared(release);
    String comment = "COMMENT ON ROLE locked_owner IS '" + CLAIM.addedTo("The books.") + "'";
    postgres.execute("postgres", "CREATE ROLE locked_owner", comment);
    try (var sessions = new AdminSessions(Addresses.of(postgres), 4, Clock.systemUTC());
        var other = postgres.connect("postgres");
        var statement = other.createStatement()) {
      var owners = new OwnerRelease(sessions);
      other.setAutoCommit(false);
      statement.execute("ALTER ROLE locked_owner CONNECTION LIMIT 50");

      assertThat(owners.release(CLAIM))
          .singleElement()
          .isInstanceOfSatisfying(
              Locked.class, locked -> assertThat(locked.role()).isEqualTo("locked_owner"));

      owners.leave(CLAIM);

      assertThat(
              postgres.ask(
                  "postgres",
                  "SELECT shobj_description(oid, 'pg_authid') FROM pg_roles"
                      + " WHERE rolname = 'locked_owner'"))
          .isEqualTo("The books.");

      postgres.execute("postgres", comment);
      other.rollback();

      assertThat(owners.release(CLAIM)).containsExactly(new Dropped("locked_owner"));
    } finally {
      postgres.execute("postgres", "DROP ROLE IF EXISTS locked_owner");
    }
  }
}
