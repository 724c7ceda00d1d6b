package dev.pgdb.postgres.deletion;

import dev.pgdb.testbed.TestPostgres;

/** A database that is to be deleted, and what others do to it meanwhile. */
final class Situation extends Neighbours {
  final DeletionUnderTest pgdb;
  final DeletionUnderTest.Subject deletion;

  private Situation(
      TestPostgres server, DeletionUnderTest pgdb, DeletionUnderTest.Subject deletion) {
    super(server, deletion.name(), deletion.oid());
    this.pgdb = pgdb;
    this.deletion = deletion;
  }

  static Situation on(TestPostgres server, int maxConnections) throws Exception {
    var pgdb = new DeletionUnderTest(server, maxConnections);
    return new Situation(server, pgdb, pgdb.create());
  }

  @Override
  public void close() {
    super.close();
    pgdb.close();
  }
}
