/** Tests of tables: expected cells. */
@NullMarked
package io.luotsi.core.catalog.custom;

import org.jspecify.annotations.NullMarked;
