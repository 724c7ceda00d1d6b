/** Tests that act as users do: they apply resources and look at what becomes of them. */
@NullMarked
package dev.pgdb.operator;

import org.jspecify.annotations.NullMarked;
