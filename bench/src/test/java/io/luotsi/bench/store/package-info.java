/** Tests of the store's bench: of what it computes and tells, and that it runs. */
@NullMarked
package io.luotsi.bench.store;

import org.jspecify.annotations.NullMarked;
