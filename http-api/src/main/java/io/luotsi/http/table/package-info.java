/** Objects as kubectl's tables show them. The columns are the catalog's. */
@NullMarked
package io.luotsi.http.table;

import org.jspecify.annotations.NullMarked;
