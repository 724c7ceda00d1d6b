/**
 * The reconcilers. They translate custom resources to what {@code dev.pgdb.postgres} does, and its
 * outcomes to status, Events and metrics. No SQL is written here.
 */
@NullMarked
package dev.pgdb.operator;

import org.jspecify.annotations.NullMarked;
