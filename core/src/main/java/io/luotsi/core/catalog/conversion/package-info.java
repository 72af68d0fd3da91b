/**
 * Conversions between versions of built-in kinds, as upstream's: pure functions on JSON trees, one
 * class a kind.
 */
@NullMarked
package io.luotsi.core.catalog.conversion;

import org.jspecify.annotations.NullMarked;
