/**
 * What HTTP/2 leaves open to a hostile peer and Pekko HTTP does not bound: header blocks without
 * end, and floods of frames that cost the peer nothing.
 */
@NullMarked
package io.luotsi.http.guard;

import org.jspecify.annotations.NullMarked;
