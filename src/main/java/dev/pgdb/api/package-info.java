/**
 * What users write and read: the custom resources, their specs and statuses. The CRDs in {@code
 * crds/} are generated from here.
 */
@NullMarked
package dev.pgdb.api;

import org.jspecify.annotations.NullMarked;
