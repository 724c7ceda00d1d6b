package dev.pgdb.postgres.deletion;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.deletion.ReleaseOutcome.Released;
import dev.pgdb.testbed.TestPostgres;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

/** A server that has become a standby a moment ago: nothing can be given back there. */
class StandbyReleaseIT {
  @Test
  void doesNotTakeAStandbyForTheServerThatHasTheDatabase() throws Exception {
    try (var primary = TestPostgres.start("18");
        var standby = primary.standby();
        var run = new DeletionRun(primary);
        var astray = new DeletionRun(standby)) {
      DatabaseIdentity identity = run.create("promoted");
      DatabaseOriginal original = run.original(identity);

      assertThatThrownBy(() -> astray.release(identity, original))
          .isInstanceOf(SQLException.class)
          .hasMessageContaining("is a standby");

      assertThat(run.release(identity, original)).isInstanceOf(Released.class);
    }
  }
}
