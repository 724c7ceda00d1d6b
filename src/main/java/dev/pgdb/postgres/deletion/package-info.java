/**
 * The deletion of a database: observe, decide, act. It holds no state of its own; a crash at any
 * point needs no recovery code, since the next pass observes afresh and goes on.
 */
@NullMarked
package dev.pgdb.postgres.deletion;

import org.jspecify.annotations.NullMarked;
