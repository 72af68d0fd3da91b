/**
 * A runtime without processes: containers run in name only, at once and for ever. For tests of the
 * machinery and for scale, where what matters is what the API is told.
 */
@NullMarked
package io.luotsi.node.runtime.hollow;

import org.jspecify.annotations.NullMarked;
