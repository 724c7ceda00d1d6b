package dev.pgdb.postgres.deletion;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseName;
import dev.pgdb.postgres.deletion.DeletionStep.Gone;
import dev.pgdb.testbed.TestPostgres;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database that goes while it is looked at is gone: nothing is missing to delete it. */
class VanishingIT {
  @ParameterizedTest(name = "PostgreSQL {0}")
  @ValueSource(strings = {"9.6", "18"})
  void isGoneWhenItGoesBetweenTwoQuestions(String release) throws Exception {
    var server = TestPostgres.shared(release);
    try (var network = new FragileNetwork(server);
        ExecutorService threads = Executors.newCachedThreadPool();
        var run = DeletionRun.through(network.port(), server, threads)) {
      DatabaseIdentity identity = run.create("vanishing");
      long oid = requireNonNull(identity.recorded()).oid();
      run.forget(identity); // else all is asked at once
      network.interfereBefore(
          DatabaseName.whenDropped(oid),
          () -> server.execute("postgres", "DROP DATABASE vanishing"));

      DeletionProgress progress = run.pass(identity, DeletionRun.atOnce());

      assertThat(progress.step()).isInstanceOf(Gone.class);
      assertThat(server.isThere(oid)).isFalse();
    }
  }
}
