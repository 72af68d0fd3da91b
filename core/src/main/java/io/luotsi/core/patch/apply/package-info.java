/**
 * Server-side apply and the bookkeeping behind it, {@code metadata.managedFields}, as pure
 * functions on JSON trees: who said what of an object, what an applied configuration makes of it,
 * and with whom it conflicts.
 */
@NullMarked
package io.luotsi.core.patch.apply;

import org.jspecify.annotations.NullMarked;
