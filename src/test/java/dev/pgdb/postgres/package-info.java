/** Tests of what is said to PostgreSQL. */
@NullMarked
package dev.pgdb.postgres;

import org.jspecify.annotations.NullMarked;
