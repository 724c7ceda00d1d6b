package dev.pgdb.operator;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.operator.ServerAccess.Granted;
import dev.pgdb.postgres.ServerMessage;
import dev.pgdb.postgres.provisioning.OwnerFate;
import dev.pgdb.postgres.provisioning.OwnerFate.Dropped;
import dev.pgdb.postgres.provisioning.OwnerFate.Kept;
import dev.pgdb.postgres.provisioning.OwnerFate.Refused;
import dev.pgdb.postgres.provisioning.OwnerFate.Shared;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Drops the owner with its database, and tells what has become of it. */
final class OwnerRemoval {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerRemoval.class);

  private final EventRecorder events;

  OwnerRemoval(EventRecorder events) {
    this.events = events;
  }

  /**
   * Whatever the server refuses is told and keeps nobody waiting.
   *
   * @throws SQLException where the server cannot be asked: try again later
   */
  void release(PostgresDatabase database, Granted server) throws SQLException {
    var claim = Translation.identity(database).claim();
    for (OwnerFate fate : server.connection().owners().release(claim)) {
      tell(database, fate, server.foreign());
    }
  }

  /**
   * @param foreign whether those who read it may not know of other databases on the server
   */
  private void tell(PostgresDatabase database, OwnerFate fate, boolean foreign) {
    String role = "role \"" + fate.role() + "\"";
    switch (fate) {
      case Dropped dropped ->
          events.normal(
              database,
              EventReason.OWNER_DROPPED,
              role + ", which was created for the database, is gone");
      case Shared shared ->
          events.normal(
              database,
              EventReason.OWNER_KEPT,
              role + " stays: other PostgresDatabases use it, and it goes with the last of them");
      case Kept kept -> {
        String stays = role + " stays, since objects belong to it or rights were granted to it";
        String remedy = stays + "; to drop it, " + kept.remedy();
        if (foreign) {
          LOG.atInfo().log(remedy);
        }
        events.warning(
            database, EventReason.OWNER_KEPT, foreign ? stays + ServerErrors.SEE_LOG : remedy);
      }
      case Refused(var name, var why) ->
          events.warning(
              database,
              EventReason.OWNER_KEPT,
              role
                  + " stays, since it could not be dropped: "
                  + (foreign ? ServerMessage.firstLine(why) : why));
    }
  }
}
