/** Tests of the command line; they start nothing. */
@NullMarked
package dev.pgdb.cli;

import org.jspecify.annotations.NullMarked;
