/**
 * What the tests run against: a real Kubernetes API server, real PostgreSQL, and clients that do
 * not let go.
 */
@NullMarked
package dev.pgdb.testbed;

import org.jspecify.annotations.NullMarked;
