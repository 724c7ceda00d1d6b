/** The creation of a database and its owner, and what marks them as ours. */
@NullMarked
package dev.pgdb.postgres.provisioning;

import org.jspecify.annotations.NullMarked;
