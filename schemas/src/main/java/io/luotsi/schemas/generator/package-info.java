/**
 * Runs in the build only: reads the official Java client's models by reflection, adds our table and
 * writes the resources that {@link io.luotsi.schemas.Definitions} reads.
 */
@NullMarked
package io.luotsi.schemas.generator;

import org.jspecify.annotations.NullMarked;
