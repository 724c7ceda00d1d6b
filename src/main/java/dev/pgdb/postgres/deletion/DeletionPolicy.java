package dev.pgdb.postgres.deletion;

import java.time.Instant;

/**
 * What the user allows; what is not allowed is waited for.
 *
 * @param drainUntil until then sessions may end by themselves
 * @param rollBackPrepared whether prepared transactions of the database are rolled back
 * @param dropSubscriptions whether its subscriptions are dropped
 * @param dropSlots whether its logical replication slots are dropped
 * @param terminateForeign whether transactions of other databases that lock it are ended
 */
public record DeletionPolicy(
    Instant drainUntil,
    boolean rollBackPrepared,
    boolean dropSubscriptions,
    boolean dropSlots,
    boolean terminateForeign) {}
