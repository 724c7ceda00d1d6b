package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Snapshots.ANOTHERS_COMMENT;
import static dev.pgdb.postgres.deletion.Snapshots.OURS;
import static dev.pgdb.postgres.deletion.Snapshots.database;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseRow;
import org.junit.jupiter.api.Test;

/** The last look before a DROP is sent. */
class ExactDropTest {
  private static final DatabaseRow FOUND = row(database());

  private static DatabaseRow row(Snapshots seen) {
    return requireNonNull(seen.see().database());
  }

  @Test
  void sendsTheDropOfWhatWasFound() {
    assertThat(ExactDrop.isStill(FOUND, FOUND, OURS)).isTrue();
  }

  @Test
  void sendsTheDropOfADatabaseWhoseClaimWasRemoved() {
    assertThat(ExactDrop.isStill(row(database().comment(null)), FOUND, OURS)).isTrue();
  }

  @Test
  void sendsNoDropWhenAnotherResourceHasClaimedTheDatabase() {
    assertThat(ExactDrop.isStill(row(database().comment(ANOTHERS_COMMENT)), FOUND, OURS)).isFalse();
  }

  @Test
  void sendsNoDropToANameThatTheDatabaseHasNoMore() {
    assertThat(ExactDrop.isStill(row(database().buried(true)), FOUND, OURS)).isFalse();
  }
}
