/** pgdb in pods, as users install it. Run by {@code ./mvnw -Pe2e}. */
@NullMarked
package dev.pgdb.e2e;

import org.jspecify.annotations.NullMarked;
