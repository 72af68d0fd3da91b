/**
 * The Store port: one ordered, versioned history per resource, with conditional writes, reads at a
 * version and watches. Implementations promise what {@link io.luotsi.core.store.Store} says.
 */
@NullMarked
package io.luotsi.core.store;

import org.jspecify.annotations.NullMarked;
