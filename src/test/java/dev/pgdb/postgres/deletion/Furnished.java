package dev.pgdb.postgres.deletion;

import dev.pgdb.testbed.TestPostgres;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A database with one of everything that a deletion ends or takes away. What has a name in the
 * whole server is named after the database, so that one that takes its place has the same again.
 */
final class Furnished extends Neighbours {
  private static final int CLIENTS = 4;

  private final Catalog catalog;
  private @Nullable Connection guest;

  private Furnished(TestPostgres server, String database) throws SQLException {
    super(server, database, new Catalog(server).oid(database));
    catalog = new Catalog(server);
  }

  /** With nothing at all. */
  static Furnished barely(TestPostgres server, String database) throws SQLException {
    return new Furnished(server, database);
  }

  /** With all that does not keep anybody from renaming it. */
  static Furnished quietly(TestPostgres server, String database) throws SQLException {
    var it = barely(server, database);
    server.execute(database, "CREATE TABLE content AS SELECT generate_series(1, 1000)");
    ReplicationCases.slot(it, "idle_in_" + database);
    if (it.subscribes()) {
      ReplicationCases.subscribeToNobody(it, "nobody_in_" + database);
    }
    GrantCases.chain(it);
    server.execute("postgres", "ALTER DATABASE \"" + database + "\" IS_TEMPLATE true");
    return it;
  }

  /** Also with a prepared transaction, a walsender and clients, which come back. */
  static Furnished fully(TestPostgres server, String database) throws Exception {
    var it = quietly(server, database);
    ReplicationCases.slot(it, "busy_in_" + database);
    it.prepare();
    try {
      it.clients(CLIENTS);
      ReplicationCases.streaming(it, "busy_in_" + database);
      it.guest = it.session(database);
      return it;
    } catch (Exception | AssertionError e) {
      it.close();
      throw e;
    }
  }

  private boolean subscribes() {
    return !server.release().equals("9.6");
  }

  void prepare() throws SQLException {
    try (var client = server.connect(database)) {
      TransactionCases.prepare(client, "prepared in " + database);
    }
  }

  /** All that can be lost of it and is seen from outside, but for its name. */
  List<String> content() throws SQLException {
    var all = new ArrayList<String>();
    for (String state : catalog.state(oid)) {
      all.add(state.substring(state.indexOf(" | ")));
    }
    all.addAll(
        catalog.rows(
            "SELECT slot_name FROM pg_replication_slots WHERE datoid = " + oid + " ORDER BY 1"));
    all.addAll(catalog.prepared(oid));
    if (subscribes()) {
      all.addAll(
          catalog.rows(
              "SELECT concat_ws(' ', subname, subowner::regrole, subenabled, subslotname, subconninfo)"
                  + " FROM pg_subscription WHERE subdbid = "
                  + oid));
    }
    return all;
  }

  /** Whether nobody has ended the session that was there from the beginning. */
  boolean isLeftInPeace() throws SQLException {
    return guest == null || guest.isValid(5);
  }

  /** How much is in its table, asked inside. */
  String rowsInside() throws SQLException {
    return server.ask(catalog.named(oid).getFirst(), "SELECT count(*) FROM content");
  }

  @Override
  public void close() {
    super.close();
    attempt(this::rollBackWhatIsLeft);
  }
}
