package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Sql;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A replication slot that is to be waited for, or that the admin may not drop (docs/postgresql.md,
 * "Replication slots").
 */
record SlotLeft(ReplicationSlot slot, boolean droppable, String admin) implements Blocker {
  @Override
  public String type() {
    return "ReplicationSlot";
  }

  @Override
  public String subject() {
    return slot.name();
  }

  @Override
  public @Nullable Instant since() {
    return null;
  }

  @Override
  public String message() {
    String used = slot.activePid() == null ? "" : " (used by pid " + slot.activePid() + ")";
    return "logical replication slot "
        + slot.name()
        + used
        + " is in the database and "
        + (droppable
            ? "spec.deletion.replicationSlots is Wait"
            : "role " + admin + " has neither SUPERUSER nor REPLICATION");
  }

  @Override
  public String remedy() {
    return "Stop its consumer, then: "
        + slot.drop()
        + "; "
        + (droppable
            ? "Or set spec.deletion.replicationSlots to Drop."
            : "Or let pgdb do it, as a superuser: "
                + Sql.of("ALTER ROLE %I REPLICATION", admin)
                + ";");
  }
}
