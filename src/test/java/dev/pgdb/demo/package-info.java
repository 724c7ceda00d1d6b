/** The demo: one database, fifty clients that do not let go of it, and kubectl delete. */
@NullMarked
package dev.pgdb.demo;

import org.jspecify.annotations.NullMarked;
