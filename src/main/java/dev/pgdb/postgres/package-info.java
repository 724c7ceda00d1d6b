/**
 * Everything that is said to PostgreSQL, over plain JDBC: sessions of the admin, quoting, and what
 * names a database. It knows nothing of Kubernetes and could serve any Java program as a library.
 */
@NullMarked
package dev.pgdb.postgres;

import org.jspecify.annotations.NullMarked;
