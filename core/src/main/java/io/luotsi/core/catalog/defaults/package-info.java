/**
 * Defaults that depend on other fields, one class a kind, as pure functions on JSON trees. What is
 * a constant stands in the table of the schemas.
 */
@NullMarked
package io.luotsi.core.catalog.defaults;

import org.jspecify.annotations.NullMarked;
