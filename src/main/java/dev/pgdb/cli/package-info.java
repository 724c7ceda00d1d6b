/** The command line: it parses, calls and prints. */
@NullMarked
package dev.pgdb.cli;

import org.jspecify.annotations.NullMarked;
