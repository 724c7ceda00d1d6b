package dev.pgdb.postgres.deletion;

import dev.pgdb.postgres.DatabaseIdentity;
import dev.pgdb.postgres.DatabaseRow;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * What shall be deleted, and how.
 *
 * @param beforeChange told what the database is like before a pass changes anything
 * @param orphaned told of each subscription that was dropped and whose publisher still keeps its
 *     slot: at once, for nobody else will ever know
 * @param confirmed asked right before what cannot be undone: whether the deletion is still wanted
 */
public record DeletionRequest(
    DatabaseIdentity identity,
    DeletionPolicy policy,
    Consumer<DatabaseRow> beforeChange,
    Consumer<Subscription> orphaned,
    BooleanSupplier confirmed) {}
