package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.Query;
import dev.pgdb.postgres.Sql;
import org.jspecify.annotations.Nullable;

/**
 * A logical replication slot of the database (docs/postgresql.md, "Replication slots"). See <a
 * href="https://www.postgresql.org/docs/current/view-pg-replication-slots.html">pg_replication_slots</a>.
 *
 * @param activePid the walsender that uses it; null where none does
 */
public record ReplicationSlot(String name, @Nullable Integer activePid) {

  static Query<ReplicationSlot> of(long oid) {
    return new Query<>(
        Sql.of(
            "SELECT slot_name, active_pid FROM pg_replication_slots WHERE datoid = %L"
                + " ORDER BY slot_name",
            oid),
        row -> new ReplicationSlot(row.getString(1), row.getObject(2, Integer.class)));
  }

  /** Drops it, from anywhere; fails while it is active. */
  Sql drop() {
    return Sql.of("SELECT pg_drop_replication_slot(%L)", name);
  }

  /** The same where the name still means a slot of this database: it may have become another's. */
  Sql dropIn(long oid) {
    return Sql.of(
        "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots"
            + " WHERE slot_name = %L AND datoid = %L",
        name, oid);
  }
}
