/** Tests of {@code luotsi bench api}. */
@NullMarked
package io.luotsi.bench.api;

import org.jspecify.annotations.NullMarked;
