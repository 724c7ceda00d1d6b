/**
 * How long a deletion takes, beside what PostgreSQL's own tools take on the same server in the same
 * run: {@code ./mvnw -Pbench}.
 */
@NullMarked
package dev.pgdb.bench;

import org.jspecify.annotations.NullMarked;
