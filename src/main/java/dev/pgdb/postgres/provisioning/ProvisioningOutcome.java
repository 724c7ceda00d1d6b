package dev.pgdb.postgres.provisioning;

import dev.pgdb.postgres.Claim;
import dev.pgdb.postgres.DatabaseRow;
import java.util.List;

/** How a database stands after one pass of its provisioning. */
public sealed interface ProvisioningOutcome {

  /**
   * It exists and is ours.
   *
   * @param owner how its owner logs in
   * @param differences what is not as desired and could not be mended
   */
  record Provisioned(
      DatabaseRow database, boolean created, OwnerLogin owner, List<Difference> differences)
      implements ProvisioningOutcome {
    public Provisioned {
      differences = List.copyOf(differences);
    }
  }

  /** It is being created. */
  record Creating() implements ProvisioningOutcome {}

  /** Somebody else is in the way, for moments most likely: try again. */
  record Delayed(String why) implements ProvisioningOutcome {}

  /** Its creation has just failed and is not tried again at once. */
  record CreateFailed(String why) implements ProvisioningOutcome {}

  /** The role that shall own it must not; nothing has changed. */
  record OwnerTaken(String why) implements ProvisioningOutcome {}

  /**
   * A database of that name exists, belongs to nobody, and is not adopted.
   *
   * @param refused whether it would not be adopted for these people anyway
   */
  record Exists(DatabaseRow database, boolean refused) implements ProvisioningOutcome {}

  /** A database of that name exists and belongs to somebody else. */
  record Claimed(DatabaseRow database, Claim by) implements ProvisioningOutcome {}

  /** The database that was ours is gone; nobody but a person can know whether that is right. */
  record Missing(long oid) implements ProvisioningOutcome {}

  /** The database that was ours has another name now. */
  record Renamed(DatabaseRow database) implements ProvisioningOutcome {}

  /** The name means something to PostgreSQL or to pgdb itself. */
  record Reserved() implements ProvisioningOutcome {}

  /** The server is in recovery: databases are created on a primary. */
  record Standby() implements ProvisioningOutcome {}

  /** The server is another cluster than the one on which the database became ours. */
  record OtherCluster(String systemIdentifier) implements ProvisioningOutcome {}
}
