/** The chart, the manifests, the image and the documentation, as people meet them. */
@NullMarked
package dev.pgdb.install;

import org.jspecify.annotations.NullMarked;
