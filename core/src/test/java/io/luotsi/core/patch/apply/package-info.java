/** Tests of server-side apply. */
@NullMarked
package io.luotsi.core.patch.apply;

import org.jspecify.annotations.NullMarked;
