/** Tests of the deletion of databases. */
@NullMarked
package dev.pgdb.postgres.deletion;

import org.jspecify.annotations.NullMarked;
