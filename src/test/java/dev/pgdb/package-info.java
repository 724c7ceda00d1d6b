/** Tests of the whole. */
@NullMarked
package dev.pgdb;

import org.jspecify.annotations.NullMarked;
