package dev.pgdb.postgres.deletion;

import static dev.pgdb.postgres.deletion.Situation.LIMIT;
import static dev.pgdb.postgres.deletion.Situation.execute;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.time.Duration;

/** Who was let in by whom, and who lets others in again. */
final class GrantCases {
  private GrantCases() {}

  /**
   * The CONNECT of everybody is gone before the database is, whoever granted it; but nothing is
   * taken that the admin could not give back.
   */
  static void chains(Situation it) throws Exception {
    chain(it);
    var held = it.session("postgres");
    held.setAutoCommit(false);
    execute(held, "COMMENT ON DATABASE " + it.database + " IS 'not yet committed'");

    it.deletion.awaitBlocker("ForeignLock", LIMIT);

    assertThat(
            it.count(
                "pg_database d, aclexplode(coalesce(d.datacl, acldefault('d', d.datdba))) a"
                    + " WHERE a.privilege_type = 'CONNECT' AND d.oid = "
                    + it.deletion.oid()))
        .isEqualTo(it.admin().can(Need.ACT_AS_CLIENTS) ? 0 : 5);
    held.rollback();
    it.deletion.awaitGone(LIMIT);
  }

  /** One grants to the next, WITH GRANT OPTION, and both to everybody. */
  static void chain(Neighbours it) throws SQLException {
    String first = it.role();
    String second = it.role();
    String third = it.role();
    try (var admin = it.server.connect("postgres")) {
      String connect = "GRANT CONNECT ON DATABASE " + it.database + " TO ";
      execute(
          admin,
          "REVOKE ALL ON DATABASE " + it.database + " FROM PUBLIC",
          connect + first + " WITH GRANT OPTION",
          "SET ROLE " + first,
          connect + second + " WITH GRANT OPTION",
          connect + third,
          "SET ROLE " + second,
          connect + third,
          connect + "PUBLIC");
    }
  }

  static void regranting(Situation it) throws Exception {
    it.clients(4);
    it.again(
        Duration.ZERO,
        () ->
            it.server.execute(
                "postgres",
                "GRANT CONNECT ON DATABASE " + it.database + " TO PUBLIC",
                "GRANT CONNECT ON DATABASE " + it.database + " TO PUBLIC"));
    try (var looping = it.server.connect("postgres")) {
      it.again(
          Duration.ofMillis(1),
          () -> execute(looping, "GRANT CONNECT ON DATABASE " + it.database + " TO PUBLIC"));
      it.deletion.awaitGone(LIMIT);
    }
  }

  /** Finds the database whatever it is called by now. */
  static void reopening(Situation it) throws Exception {
    it.clients(8);
    try (var looping = it.server.connect("postgres")) {
      it.again(
          Duration.ofMillis(10),
          () ->
              execute(
                  looping,
                  "DO $$ BEGIN EXECUTE (SELECT format('ALTER DATABASE %I ALLOW_CONNECTIONS true',"
                      + " datname) FROM pg_database WHERE oid = "
                      + it.deletion.oid()
                      + "); END $$"));
      it.deletion.awaitGone(LIMIT);
    }
  }
}
