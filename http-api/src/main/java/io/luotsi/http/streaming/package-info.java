/**
 * Streams between clients and nodes: logs, exec, attach, port-forward. Back-pressure goes all the
 * way.
 */
@NullMarked
package io.luotsi.http.streaming;

import org.jspecify.annotations.NullMarked;
