package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Sql;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What lives in the database can be ended only from inside, and no session of ours gets there
 * (docs/postgresql.md, "Prepared transactions").
 *
 * @param why what the server said
 */
record NoWayIn(String database, String admin, String why) implements Blocker {
  /** The same without what the server said, which may tell of the server itself. */
  NoWayIn withoutItsServer() {
    return new NoWayIn(database, admin, "the server refuses it and says why in its log");
  }

  @Override
  public String subject() {
    return Sql.of("database %I", database).toString();
  }

  @Override
  public @Nullable Instant since() {
    return null;
  }

  @Override
  public String message() {
    return "prepared transactions or subscriptions can be ended only from inside "
        + subject()
        + ", and the admin role does not get in: "
        + why;
  }

  @Override
  public String remedy() {
    return "Let role "
        + admin
        + " log in there (pg_hba.conf, login triggers), or set spec.deletion.preparedTransactions and"
        + " spec.deletion.subscriptions to Wait: each of them is named then, with what ends it.";
  }
}
