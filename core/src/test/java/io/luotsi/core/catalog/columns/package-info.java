/** Tests of tables: expected cells. */
@NullMarked
package io.luotsi.core.catalog.columns;

import org.jspecify.annotations.NullMarked;
