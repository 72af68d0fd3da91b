/**
 * The server's side of SPDY/3.1, as far as Kubernetes' clients use it, and what they say over it:
 * exec, attach and port-forward.
 */
@NullMarked
package io.luotsi.http.streaming.spdy;

import org.jspecify.annotations.NullMarked;
