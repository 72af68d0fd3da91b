/** Watches as streams of frames. A reader that stops reading is not read for. */
@NullMarked
package io.luotsi.http.watch;

import org.jspecify.annotations.NullMarked;
