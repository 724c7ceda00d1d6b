package dev.pgdb.bench;

import java.time.Duration;

/** A way to get rid of a database. */
interface Contestant {
  String OWNER = "bench_owner";

  /** What the table calls it. */
  String title();

  /** Creates a database of {@link #OWNER}; returns when it can be used. */
  void create(String name) throws Exception;

  /** Returns when it is gone, with the time that this took. */
  Duration delete(String name) throws Exception;
}
