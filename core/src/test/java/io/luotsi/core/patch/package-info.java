/** Tests of patches: what upstream's documentation and behaviour say of each directive. */
@NullMarked
package io.luotsi.core.patch;

import org.jspecify.annotations.NullMarked;
