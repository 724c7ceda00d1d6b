package dev.pgdb.postgres.deletion;

import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.Sql;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.postgres.deletion.DeletionStep.NotOurs;
import dev.pgdb.testbed.Releases;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private static final int DROP_IS_SENT_BY = 100;

  private final TestPostgres server;
  private final Catalog catalog;

  /** 1 takes every one of the occasions, of which there are dozens. */
  private final int stride;

  static List<String> releases() {
    return Releases.orElse("9.6", "18");
  }

  ReplacedDatabaseIT(String release) {
    server = TestPostgres.shared(release);
    catalog = new Catalog(server);
    stride = Integer.getInteger("pgdb.test.stride", release.equals("18") ? 7 : 17);
  }

  @Test
  void leavesTheOneAloneThatSomebodyCreatesInItsPlace() throws Exception {
    deleteWhile("replaced", Furnished::barely, this::replace);
  }

  /** A leader that was paused, and wakes up when another has long finished its work. */
  @Test
  void leavesTheOneAloneThatAnotherOperatorCreatesAfterItHasFinishedTheDeletion() throws Exception {
    var furnish = new AtomicBoolean();
    deleteWhile(
        "taken_over",
        Furnished::fully,
        (old, identity) -> {
          try (var other = new DeletionRun(server)) {
            assertThat(other.delete(identity)).isInstanceOf(Gone.class);
            furnish.set(!furnish.get());
            if (!furnish.get()) {
              old.close(); // nobody comes in, and keeps a wrong DROP from the next one
            }
            other.create(old.database);
            return furnish.get()
                ? Furnished.fully(server, old.database)
                : Furnished.barely(server, old.database);
          }
        });
  }

  @Test
  void dropsItThoughAPersonTakesItsClaimAway() throws Exception {
    deleteWhile(
        "disowned",
        Furnished::fully,
        (disowned, identity) -> {
          comment(disowned.oid, "NULL");
          return null;
        });
  }

  @Test
  void isLeftAloneFromTheMomentAnotherResourceClaimsIt() throws Exception {
    var whenClaimed = new ArrayList<String>();
    atEachOccasion(
        "claimed",
        Furnished::fully,
        (claimed, identity) -> {
          comment(claimed.oid, "'pgdb.dev: other/claimed 4711'");
          whenClaimed.clear();
          whenClaimed.addAll(claimed.content());
          return null;
        },
        (claimed, occasion, end) -> {
          if (end instanceof NotOurs(var why)) {
            assertThat(why).contains("other/claimed");
            assertThat(claimed.content()).as("at occasion %d", occasion).isEqualTo(whenClaimed);
            clearAway(claimed.oid);
          } else {
            assertThat(end).isInstanceOf(Gone.class); // the DROP was on its way
            assertThat(occasion).isGreaterThan(10);
          }
        });
  }

  /** What is in the database before its deletion begins. */
  @FunctionalInterface
  private interface Furnishing {
    Furnished of(TestPostgres server, String database) throws Exception;
  }

  /** What somebody does; returns a database that must stay as it is, if there is one. */
  @FunctionalInterface
  private interface Interference {
    @Nullable Furnished with(Furnished database, DatabaseIdentity identity) throws Exception;
  }

  /** What must hold when the deletion has ended. */
  @FunctionalInterface
  private interface Outcome {
    void check(Furnished database, int occasion, DeletionStep end) throws Exception;
  }

  private void deleteWhile(String name, Furnishing furnishing, Interference interference)
      throws Exception {
    atEachOccasion(
        name,
        furnishing,
        interference,
        (database, occasion, end) -> {
          assertThat(end).as("at occasion %d", occasion).isInstanceOf(Gone.class);
          assertThat(catalog.named(database.oid)).isEmpty();
        });
  }

  private void atEachOccasion(
      String name, Furnishing furnishing, Interference interference, Outcome outcome)
      throws Exception {
    var clock = new InterferingClock();
    try (var run = new DeletionRun(server, server.superuser(), server.password(), clock)) {
      boolean more = true;
      for (int occasion = 0; more; occasion += stride) {
        DatabaseIdentity identity = run.create(name);
        try (var database = furnishing.of(server, name)) {
          var others = new ArrayList<Other>();
          Callable<?> once =
              () -> {
                Furnished other = interference.with(database, identity);
                if (other != null) {
                  database.atTheEnd(other);
                  others.add(Other.of(other));
                }
                return null;
              };
          clock.interfereAt(occasion, once);

          DeletionStep end = run.delete(identity);

          more = clock.hasInterfered() && occasion < DROP_IS_SENT_BY;
          outcome.check(database, occasion, end);
          for (Other other : others) {
            other.check();
            clearAway(other.database.oid);
          }
        }
      }
    }
  }

  /** A database that must stay as it is. */
  private record Other(Furnished database, List<String> content) {
    static Other of(Furnished database) throws SQLException {
      return new Other(database, database.content());
    }

    void check() throws SQLException {
      assertThat(database.content()).isEqualTo(content);
      assertThat(database.isLeftInPeace()).isTrue();
      database.close();
    }
  }

  private void clearAway(long oid) throws SQLException {
    comment(oid, "NULL");
    try (var run = new DeletionRun(server)) {
      for (String name : catalog.named(oid)) {
        assertThat(run.delete(run.identityOf(name, oid))).isInstanceOf(Gone.class);
      }
    }
  }

  /** Under the name that it has right then. */
  private @Nullable Furnished replace(Furnished old, DatabaseIdentity identity)
      throws SQLException {
    for (String name : catalog.named(old.oid)) {
      try {
        server.execute(
            "postgres",
            "SET lock_timeout = '2s'",
            Sql.of("DROP DATABASE %I", name).toString(),
            Sql.of("CREATE DATABASE %I", name).toString());
        return Furnished.barely(server, name);
      } catch (SQLException e) {
        return null; // our own DROP was faster
      }
    }
    return null;
  }

  private void comment(long oid, String comment) throws SQLException {
    for (String name : catalog.named(oid)) {
      try {
        server.execute("postgres", Sql.of("COMMENT ON DATABASE %I IS ", name) + comment);
      } catch (SQLException e) {
        assertThat(catalog.named(oid)).doesNotContain(name); // the DROP was faster
      }
    }
  }
}
