package dev.pgdb.operator;

import static java.util.stream.Collectors.joining;

import dev.pgdb.api.PostgresDatabase;
import dev.pgdb.api.Reason;
import dev.pgdb.postgres.ServerMessage;
import dev.pgdb.postgres.provisioning.Difference;
import dev.pgdb.postgres.provisioning.OwnerLogin;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome;
import dev.pgdb.postgres.provisioning.ProvisioningOutcome.*;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What has come of provisioning, in words for those who wrote the resource. */
final class ProvisioningVerdict {
  private static final Logger LOG = LoggerFactory.getLogger(ProvisioningVerdict.class);

  private ProvisioningVerdict() {}

  /**
   * @param foreign whether the resource is of another namespace than its server, about which nobody
   *     there may learn anything
   */
  static Verdict of(ProvisioningOutcome outcome, PostgresDatabase database, boolean foreign) {
    String name = "database \"" + Translation.databaseName(database) + "\"";
    return switch (outcome) {
      case Provisioned provisioned -> of(provisioned, name, database, foreign);
      case Creating creating -> new Verdict.Waiting(Reason.CREATING, name + " is being created");
      case Delayed(var why) ->
          new Verdict.Waiting(
              Reason.PROGRESSING, name + ": trying again, since " + told(why, foreign));
      case CreateFailed(var why) ->
          new Verdict.Stalled(
              Reason.CREATE_FAILED, name + " cannot be created: " + told(why, foreign));
      case OwnerTaken(var why) ->
          new Verdict.Stalled(Reason.OWNER_TAKEN, why + "; choose another spec.owner");
      case Exists(var row, var refused) ->
          new Verdict.Stalled(
              Reason.DATABASE_EXISTS,
              name
                  + " was there before and is left alone; "
                  + (refused
                      ? "only a resource in the namespace of its PostgresServer may adopt it: choose"
                          + " another spec.databaseName, or ask whoever runs the server"
                      : "set spec.existingDatabase to Adopt to make it this resource's own, or choose"
                          + " another spec.databaseName"));
      case Claimed(var row, var by) ->
          new Verdict.Stalled(
              Reason.CLAIMED_BY_ANOTHER,
              name + " belongs to " + References.holderFor(database, by) + " and is left alone");
      case Missing(var oid) ->
          new Verdict.Stalled(
              Reason.DATABASE_MISSING,
              name
                  + " (OID "
                  + oid
                  + ") is not there any more: somebody has dropped it, or has renamed it and"
                  + " removed its claim; delete this resource, and create it again for a new,"
                  + " empty database");
      case Renamed(var row) ->
          new Verdict.Stalled(
              Reason.DATABASE_RENAMED,
              name
                  + " is called \""
                  + row.name()
                  + "\" now; rename it back, or delete this resource to drop it");
      case Reserved reserved ->
          new Verdict.Stalled(
              Reason.RESERVED_NAME,
              name + " is none that a resource may stand for; choose another spec.databaseName");
      case Standby standby ->
          new Verdict.Stalled(
              Reason.STANDBY_SERVER, "the server is a standby; spec.host must name the primary");
      case OtherCluster(var identifier) ->
          new Verdict.Stalled(
              Reason.SYSTEM_IDENTIFIER_CHANGED,
              "the server is another cluster than the one that "
                  + name
                  + " was created on (system identifier "
                  + identifier
                  + ")");
    };
  }

  private static Verdict of(
      Provisioned provisioned, String name, PostgresDatabase database, boolean foreign) {
    if (!provisioned.differences().isEmpty()) {
      if (provisioned.differences().getFirst().kind() == Difference.Kind.PENDING) {
        return new Verdict.Waiting(
            Reason.PROGRESSING, name + " exists; " + provisioned.differences().getFirst().what());
      }
      return new Verdict.Stalled(
          reason(provisioned.differences().getFirst().kind()),
          name
              + " exists, but not as the spec says: "
              + provisioned.differences().stream()
                  .map(difference -> told(difference, name, foreign))
                  .collect(joining("; ")));
    }
    return new Verdict.Ready(
        Reason.AVAILABLE,
        switch (provisioned.owner()) {
          case OwnerLogin.Known known -> name + " exists";
          case OwnerLogin.Unknown(var role) ->
              name
                  + " exists; role \""
                  + role
                  + "\" was not created for this resource, so Secret "
                  + Translation.connectionSecret(database)
                  + " gets no password of it";
        });
  }

  private static String told(Difference difference, String database, boolean foreign) {
    ServerMessage said = difference.said();
    if (said == null) {
      return difference.what();
    }
    String whole = difference.what() + ": " + said.whole();
    if (!foreign) {
      return whole;
    }
    LOG.atInfo().log(database + ": " + whole);
    return difference.what()
        + said.discreet().map(discreet -> ": " + discreet).orElse(ServerErrors.SEE_LOG);
  }

  private static String told(String why, boolean foreign) {
    return foreign ? ServerMessage.firstLine(why) : why;
  }

  private static Reason reason(Difference.Kind kind) {
    return switch (kind) {
      case OPTION -> Reason.OPTIONS_DIFFER;
      case SCHEMA -> Reason.SCHEMA_FAILED;
      case EXTENSION -> Reason.EXTENSION_FAILED;
      case OWNER -> Reason.OWNER_TAKEN;
      case PENDING -> Reason.PROGRESSING;
    };
  }

  static Verdict secretExists(PostgresDatabase database) {
    return new Verdict.Stalled(
        Reason.SECRET_EXISTS,
        "Secret "
            + Translation.connectionSecret(database)
            + " exists, does not belong to this resource and is left alone; choose another"
            + " spec.connectionSecret.name, or delete that Secret");
  }

  static Verdict of(ApiRefusal refusal) {
    return new Verdict.Stalled(Reason.SECRET_NOT_WRITTEN, refusal.getMessage());
  }
}
