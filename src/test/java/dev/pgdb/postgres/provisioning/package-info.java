@NullMarked
package dev.pgdb.postgres.provisioning;

import org.jspecify.annotations.NullMarked;
