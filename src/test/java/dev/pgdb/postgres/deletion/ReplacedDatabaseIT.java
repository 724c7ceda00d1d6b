package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.postgres.deletion.DeletionStep.NotOurs;
import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Somebody interferes with a deletion between a look and what is done upon it, at one occasion
 * after the other: the database that was meant is gone in the end, or left where it has become
 * another's, and no other is touched.
 */
@ParameterizedClass(name = "PostgreSQL {0}")
@MethodSource("releases")
class ReplacedDatabaseIT {
  /** What comes later are looks at a DROP that runs, as many as it takes. */
  private static final int DROP_IS_SENT_BY = 30;

  private final TestPostgres server;
  private final Catalog catalog;

  /** 1 takes every one of the occasions, of which there are some thirty. */
  private final int stride;

  static List<String> releases() {
    return Releases.orElse("9.6", "18");
  }

  ReplacedDatabaseIT(String release) {
    server = TestPostgres.shared(release);
    catalog = new Catalog(server);
    stride = Integer.getInteger("pgdb.test.stride", release.equals("18") ? 3 : 11);
  }

  @Test
  void leavesTheOneAloneThatSomebodyCreatesInItsPlace() throws Exception {
    deleteWhile("replaced", this::replace);
  }

  /** A leader that was paused, and wakes up when another has long finished its work. */
  @Test
  void leavesTheOneAloneThatAnotherOperatorCreatesAfterItHasFinishedTheDeletion() throws Exception {
    deleteWhile(
        "taken_over",
        identity -> {
          try (var other = new DeletionRun(server)) {
            assertThat(other.delete(identity)).isInstanceOf(Gone.class);
            return requireNonNull(other.create("taken_over").recorded()).oid();
          }
        });
  }

  @Test
  void dropsItThoughAPersonTakesItsClaimAway() throws Exception {
    deleteWhile(
        "disowned",
        identity -> {
          for (String name : catalog.named(oid(identity))) {
            comment(name, "NULL", oid(identity));
          }
          return null;
        });
  }

  @Test
  void isLeftAloneFromTheMomentAnotherResourceClaimsIt() throws Exception {
    atEachOccasion(
        "claimed",
        identity -> {
          for (String name : catalog.named(oid(identity))) {
            comment(name, "'pgdb.dev: other/claimed 4711'", oid(identity));
          }
          return null;
        },
        (identity, occasion, end) -> {
          if (end instanceof NotOurs(var why)) {
            assertThat(why).contains("other/claimed");
            for (String left : catalog.named(oid(identity))) {
              server.execute("postgres", "DROP DATABASE IF EXISTS " + left);
            }
          } else {
            assertThat(end).isInstanceOf(Gone.class); // the DROP was on its way
            assertThat(occasion).isGreaterThan(3);
          }
        });
  }

  /** What somebody does; returns the OID of a database that must stay as it is, if there is one. */
  @FunctionalInterface
  private interface Interference {
    @Nullable Long with(DatabaseIdentity identity) throws Exception;
  }

  /** What must hold when the deletion has ended. */
  @FunctionalInterface
  private interface Outcome {
    void check(DatabaseIdentity identity, int occasion, DeletionStep end) throws Exception;
  }

  private void deleteWhile(String name, Interference interference) throws Exception {
    atEachOccasion(
        name,
        interference,
        (identity, occasion, end) -> {
          assertThat(end).as("at occasion %d", occasion).isInstanceOf(Gone.class);
          assertThat(catalog.named(oid(identity))).isEmpty();
        });
  }

  private void atEachOccasion(String name, Interference interference, Outcome outcome)
      throws Exception {
    var clock = new InterferingClock();
    try (var run = new DeletionRun(server, server.superuser(), server.password(), clock)) {
      boolean more = true;
      for (int occasion = 0; more; occasion += stride) {
        DatabaseIdentity identity = run.create(name);
        var others = new HashMap<Long, List<String>>();
        Callable<?> once =
            () -> {
              Long other = interference.with(identity);
              if (other != null) {
                others.put(other, catalog.state(other));
              }
              return null;
            };
        clock.interfereAt(occasion, once);

        DeletionStep end = run.delete(identity);

        more = clock.hasInterfered() && occasion < DROP_IS_SENT_BY;
        outcome.check(identity, occasion, end);
        for (var other : others.entrySet()) {
          assertThat(catalog.state(other.getKey())).isEqualTo(other.getValue());
          for (String left : catalog.named(other.getKey())) {
            server.execute("postgres", Sql.of("DROP DATABASE %I", left).toString());
          }
        }
      }
    }
  }

  /** Under the name that it has right then. */
  private @Nullable Long replace(DatabaseIdentity identity) throws SQLException {
    for (String name : catalog.named(oid(identity))) {
      try {
        server.execute(
            "postgres",
            "SET lock_timeout = '2s'",
            Sql.of("DROP DATABASE %I", name).toString(),
            Sql.of("CREATE DATABASE %I", name).toString());
        return catalog.oid(name);
      } catch (SQLException e) {
        return null; // our own DROP was faster
      }
    }
    return null;
  }

  private void comment(String name, String comment, long oid) throws SQLException {
    try {
      server.execute("postgres", Sql.of("COMMENT ON DATABASE %I IS ", name) + comment);
    } catch (SQLException e) {
      assertThat(catalog.named(oid)).doesNotContain(name); // the DROP was faster
    }
  }

  private static long oid(DatabaseIdentity identity) {
    return requireNonNull(identity.recorded()).oid();
  }
}
