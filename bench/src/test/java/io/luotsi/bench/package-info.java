/** Tests of what the bench computes and tells; the measuring itself is run by hand. */
@NullMarked
package io.luotsi.bench;

import org.jspecify.annotations.NullMarked;
