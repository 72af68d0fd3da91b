/**
 * What tables show of each kind, as upstream's printers compute it: pure functions from an object
 * and the time to cells.
 */
@NullMarked
package io.luotsi.core.catalog.columns;

import org.jspecify.annotations.NullMarked;
