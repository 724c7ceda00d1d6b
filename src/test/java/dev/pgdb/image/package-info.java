/** What goes into the image. Run by {@code ./mvnw -Pimage package}. */
@NullMarked
package dev.pgdb.image;

import org.jspecify.annotations.NullMarked;
