/** Watches as streams of JSON frames. A reader that stops reading is not read for. */
@NullMarked
package io.luotsi.http.watch;

import org.jspecify.annotations.NullMarked;
